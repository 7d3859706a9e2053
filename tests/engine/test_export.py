"""`gancore export`: what other people get draws what the run draws, by ONNX and by the lines on its card."""

import json
import os
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch
import yaml
from helpers.small import content
from PIL import Image
from torch import Tensor, nn

from gancore.cli import main
from gancore.data.batch import Spec
from gancore.errors import GancoreError
from gancore.models.sampling import generate, seeded_latents
from gancore.pretrained_runs import SHIPPED
from gancore.runs.hub import read_scores, without_folders
from gancore.runs.onnx_file import inputs_of, write_onnx
from gancore.runs.weights import load_generator
from gancore.training.game import Game
from gancore.training.kinds import examples_of

HUB_FILES = {"README.md", "config.json", "generator.safetensors", "grid.png"}


def gancore(*arguments: object) -> int:
    """Run the command line in this process; its exit code."""
    with pytest.raises(SystemExit) as exit_:
        main([str(argument) for argument in arguments])
    return exit_.value.code or 0


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of a conditional recipe, whose generator has a part called `code`."""
    folder = tmp_path_factory.mktemp("run") / "cdcgan"
    tiny = ("--steps", "2", "--batch-size", "4", "--device", "cpu", "--quiet")
    assert gancore("train", "cdcgan", *tiny, "--out", folder) == 0
    return folder


@pytest.fixture(scope="module")
def exported(run: Path) -> Path:
    """The hub folder of `run`, without ONNX."""
    scores = run / "scores.json"
    scores.write_text(json.dumps({"scores": [{"name": "FID", "value": 0.5}]}))
    out = run.parent / "out"
    assert gancore("export", run, "--out", out, "--licence", "mit", "--scores", scores, "--no-onnx") == 0
    return out


def front_matter(folder: Path) -> dict:
    _, yaml_text, _ = (folder / "README.md").read_text(encoding="utf-8").split("---\n", 2)
    return yaml.safe_load(yaml_text)


def test_a_hub_folder_has_weights_settings_a_card_and_a_picture(exported: Path) -> None:
    assert content(exported).keys() == HUB_FILES
    assert Image.open(exported / "grid.png").size[0] > 100


def test_the_card_begins_with_licence_library_task_and_scores(exported: Path) -> None:
    about = front_matter(exported)
    assert about["license"] == "mit"
    assert about["library_name"] == "gancore"
    assert about["pipeline_tag"] == "unconditional-image-generation"
    (model,) = about["model-index"]
    assert model["results"][0]["metrics"] == [{"type": "FID", "value": 0.5}]


def test_the_lines_on_the_card_draw_what_the_run_draws(exported: Path, run: Path, tmp_path: Path, monkeypatch) -> None:
    asked: list[str] = []
    hub = SimpleNamespace(snapshot_download=lambda name: asked.append(name) or str(exported))
    monkeypatch.setitem(sys.modules, "huggingface_hub", hub)
    monkeypatch.chdir(tmp_path)
    lines = (exported / "README.md").read_text(encoding="utf-8").split("```python\n")[1].split("```")[0]
    found: dict = {}
    exec(lines, found)
    assert asked == ["YOUR-NAME/cdcgan"]
    assert (tmp_path / "drawn.png").is_file()
    game, generator, _ = load_generator(run)
    assert torch.equal(found["game"].sample(found["generator"], 4), game.sample(generator, 4))


def test_without_scores_and_licence_the_card_and_the_command_say_so(run: Path, tmp_path: Path, capsys) -> None:
    assert gancore("export", run, "--out", tmp_path / "new" / "out", "--no-onnx") == 0
    told = capsys.readouterr()
    assert "--licence" in told.err
    assert told.out.strip() == str(tmp_path / "new" / "out")
    about = front_matter(tmp_path / "new" / "out")
    assert about["license"] == "unknown"
    assert "model-index" not in about
    assert "has not been graded" in (tmp_path / "new" / "out" / "README.md").read_text(encoding="utf-8")


def test_settings_for_others_name_no_folder_of_ones_own() -> None:
    before = {"data": "/home/ann/pics", "recipe": {"kind": "mine", "file": "/home/ann/my.py"}}
    after = {"data": "pics", "recipe": {"kind": "mine", "file": "my.py"}}
    assert json.loads(without_folders(json.dumps(before))) == after
    two = {"data": os.pathsep.join(["/home/ann/a", "/home/ann/b"]), "recipe": {"kind": "cyclegan"}}
    assert json.loads(without_folders(json.dumps(two)))["data"] == os.pathsep.join("ab")


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"scores": 3}', '{"scores": [{"name": "FID"}]}', '{"scores": {"a": "b"}}']
)
def test_scores_that_evaluate_did_not_write_are_refused(text: str, tmp_path: Path) -> None:
    (tmp_path / "scores.json").write_text(text)
    with pytest.raises(GancoreError, match=r"scores\.json holds no scores.*gancore evaluate"):
        read_scores(tmp_path / "scores.json")


def test_scores_of_either_kind_are_read(tmp_path: Path) -> None:
    (tmp_path / "scores.json").write_text('{"scores": {"PSNR": 20.0, "SSIM": 0.5}}')
    assert read_scores(tmp_path / "scores.json") == {"PSNR": 20.0, "SSIM": 0.5}


# ONNX


def needs_onnx() -> None:
    for package in ("onnx", "onnxruntime", "onnxscript"):
        pytest.importorskip(package)


def drawn_by_onnx(path: Path, inputs: tuple[Tensor, ...]) -> Tensor:
    import onnxruntime

    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    given = {each.name: value.numpy() for each, value in zip(session.get_inputs(), inputs, strict=True)}
    return torch.from_numpy(session.run(["samples"], given)[0])


@pytest.mark.slow
def test_onnx_draws_the_classes_that_it_is_asked_for_as_pytorch_does(run: Path, tmp_path: Path) -> None:
    needs_onnx()
    out = tmp_path / "out"
    assert gancore("export", run, "--out", out) == 0
    assert content(out).keys() == {*HUB_FILES, "generator.onnx"}
    assert "`z` (count, 100), `labels` (count)" in (out / "README.md").read_text(encoding="utf-8")
    _, generator, _ = load_generator(run)
    z, labels = seeded_latents(7, 100, 3), torch.arange(7)
    made = drawn_by_onnx(out / "generator.onnx", (z, labels))
    torch.testing.assert_close(made, generate(generator, z, labels), rtol=0, atol=1e-5)


@pytest.mark.slow
def test_onnx_paints_what_it_is_given(tmp_path: Path) -> None:
    needs_onnx()
    game, generator, run = load_generator(SHIPPED / "pix2pix-l1")
    game.examples = examples_of(run.recipe.load(run.data), 4, 0)
    write_onnx(game, generator, tmp_path / "generator.onnx")
    inputs = inputs_of(game, generator, 3)
    with torch.no_grad():
        expected = generator(*inputs)
    torch.testing.assert_close(drawn_by_onnx(tmp_path / "generator.onnx", inputs), expected, rtol=0, atol=1e-4)


def test_a_generator_that_onnx_has_no_words_for_is_refused_and_nothing_is_left(tmp_path: Path) -> None:
    needs_onnx()
    game, generator, run = load_generator(SHIPPED / "denoise-l1")  # which takes the median of its surroundings
    game.examples = examples_of(run.recipe.load(run.data), 4, 0)
    with pytest.raises(GancoreError, match=r"no words for this generator.*median.*--no-onnx"):
        write_onnx(game, generator, tmp_path / "out" / "generator.onnx")
    assert not list(tmp_path.iterdir())


class Chancy(nn.Module):
    """A generator that adds random numbers of its own, and can keep them to itself."""

    def __init__(self) -> None:
        super().__init__()
        self.linear = nn.Linear(2, 3)

    def forward(self, z: Tensor) -> Tensor:
        return self.linear(z) + torch.randn_like(z[:, :1])


class ChancyGame(Game):
    def __init__(self) -> None:
        self.generator = Chancy()

    def sample(self, generator: nn.Module, count: int, condition: Tensor | None = None, seed: int = 0) -> Tensor:
        return generate(generator, seeded_latents(count, 2, seed))


def test_a_file_that_would_draw_something_else_is_not_kept(tmp_path: Path) -> None:
    needs_onnx()
    game = ChancyGame()
    with pytest.raises(GancoreError, match=r"draws random numbers by itself.*--no-onnx"):
        write_onnx(game, game.generator, tmp_path / "generator.onnx")
    assert not content(tmp_path)


def test_a_folder_with_anything_but_an_export_is_left_alone(exported: Path, run: Path, tmp_path: Path, capsys) -> None:
    assert gancore("export", run, "--out", exported, "--licence", "mit", "--no-onnx") == 0
    (tmp_path / "README.md").write_text("My own.")
    for folder in (tmp_path, run):
        before = content(folder)
        capsys.readouterr()
        assert gancore("export", run, "--out", folder, "--no-onnx") == 2
        assert "name a new folder with --out" in capsys.readouterr().err
        assert content(folder) == before


def test_missing_packages_are_named_before_anything_is_written(run: Path, tmp_path: Path, capsys, monkeypatch) -> None:
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    assert gancore("export", run, "--out", tmp_path / "out") == 2
    assert "pip install onnx onnxruntime onnxscript" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_sound_has_no_task_among_those_for_images() -> None:
    from dataclasses import replace

    from gancore.runs.config import RunConfig
    from gancore.runs.hub import front_matter as written
    from gancore.training.recipes import get_recipe

    config = RunConfig(get_recipe("mlp"), "digits", Spec((1, 28, 28)), 0)
    assert yaml.safe_load(written(config, "mit", {}))["pipeline_tag"] == "unconditional-image-generation"
    assert "pipeline_tag" not in yaml.safe_load(written(replace(config, spec=Spec((1, 16384))), "mit", {}))
