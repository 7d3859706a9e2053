"""The second stage of words to pictures: what feeds it, what learns, runs, the command line, and unfit first stages."""

from pathlib import Path

import pytest
import torch
from helpers.small import same
from torch.nn.functional import interpolate

from gancore.cli import main
from gancore.data.captions import CaptionData
from gancore.errors import GancoreError
from gancore.models.stack import TextStack, tell
from gancore.models.text import TextGenerator
from gancore.runs.config import RunConfig
from gancore.runs.folder import RunFolder
from gancore.training.game import Game
from gancore.training.recipes import RECIPES
from gancore.training.text_stack import StackRecipe
from gancore.training.trainer import Trainer

SIZES = {"width": 4, "text": 8, "meaning": 4, "noise": 3}
FIRST = RECIPES["text2image"].change(batch_size=4, **SIZES)
SECOND: StackRecipe = RECIPES["text2image-stage2"].change(batch_size=4, second=4, **SIZES)
ROUNDS, EARLY = 4, 2  # of a run, and after how many it is stopped
WORDS, LENGTH = 9, 5  # of a small generator


@pytest.fixture(scope="module")
def data() -> CaptionData:
    return SECOND.load("avatars")


@pytest.fixture(scope="module")
def first() -> Game:
    trainer = FIRST.trainer(FIRST.load("avatars"), device="cpu", precision="fp32").run(steps=2)
    return trainer.game


def start(data: CaptionData, first: Game, **changes: object) -> Trainer:
    return SECOND.change(**changes).trainer(data, first=first, device="cpu", precision="fp32")


def stack() -> TextStack:
    torch.manual_seed(0)
    return TextStack(TextGenerator(WORDS, (3, 16, 16), 4, 3, 4, 8), 8, 4)


def asked(count: int = 3) -> tuple[torch.Tensor, torch.Tensor]:
    """Latents and captions for the `stack`."""
    return torch.randn(count, 11), torch.randint(2, WORDS, (count, LENGTH))


def run(*arguments: object) -> int:
    with pytest.raises(SystemExit) as exit_:
        main([str(argument) for argument in arguments])
    return exit_.value.code or 0


def test_it_begins_with_the_first_picture_twice_as_large() -> None:
    generator, (z, captions) = stack(), asked()
    small = generator.first(z[:, :7], captions)
    assert torch.allclose(generator(z, captions), interpolate(small, scale_factor=2), atol=1e-6)


def test_both_the_picture_and_the_caption_have_a_say_in_what_it_draws() -> None:
    generator, small, meant = stack(), torch.randn(3, 3, 16, 16), torch.randn(3, 4)
    torch.nn.init.normal_(generator.last[1].weight)
    drawn = generator.redraw(small, tell(small, meant))
    assert drawn.shape == (3, 3, 32, 32)
    assert not torch.allclose(drawn, generator.redraw(small, tell(small, meant + 1)))
    assert not torch.allclose(drawn, generator.redraw(small, tell(-small, meant)))


def test_each_stage_takes_a_point_of_a_gaussian_of_its_own_that_latents_of_its_own_decide() -> None:
    generator, (z, captions) = stack().eval(), asked()
    torch.nn.init.normal_(generator.last[1].weight)
    mean, log_sigma = generator.describe(captions)
    once = generator.first.describe(captions)
    assert torch.equal(mean[:, :4], once[0])
    assert torch.equal(log_sigma[:, :4], once[1])
    small = generator.first.draw(z[:, :7], *once)
    expected = generator.redraw(small, tell(small, mean[:, 4:] + log_sigma[:, 4:].exp() * z[:, 7:]))
    assert torch.allclose(generator(z, captions), expected, atol=1e-6)


def test_the_first_stage_neither_learns_nor_moves_its_statistics(data: CaptionData, first: Game) -> None:
    trainer = start(data, first)
    before = {name: value.clone() for name, value in first.generator.state_dict().items()}
    own = {name: value.clone() for name, value in trainer.game.generator.named_parameters()}
    trainer.run(steps=3)
    for generator in (trainer.game.generator, trainer.average.module):
        assert same(generator.first.state_dict(), before)
        assert not generator.first.training
    moved = {name for name, value in trainer.game.generator.named_parameters() if not torch.equal(value, own[name])}
    assert moved == {name for name in own if not name.startswith("first.")}


def test_resumed_run_equals_the_uninterrupted_one(data: CaptionData, first: Game, tmp_path: Path) -> None:
    def play(folder: Path, stage: Game, steps: int, resume: bool = False) -> Trainer:
        trainer = start(data, stage)
        about = RunConfig(SECOND, SECOND.data, data.spec, 0, data.sha256)
        RunFolder(folder, about, resume=resume).attach(trainer, resume=resume)
        return trainer.run(steps=steps)

    whole = play(tmp_path / "whole", first, ROUNDS)
    play(tmp_path / "parts", first, EARLY)
    resumed = play(tmp_path / "parts", SECOND.untrained(data.spec), ROUNDS - EARLY, resume=True)
    assert same(resumed.state_dict(), whole.state_dict())
    files = [(tmp_path / part / "generator.safetensors").read_bytes() for part in ("whole", "parts")]
    assert files[0] == files[1]


def test_both_stages_go_through_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    few = ("--batch-size", 4, "--quiet", "--device", "cpu")
    assert run("train", "text2image", "--steps", 1, "--out", one, *few) == 0
    assert run("train", "text2image-stage2", "--first", one, "--steps", 1, "--out", two, *few) == 0
    assert run("train", "text2image-stage2", "--steps", 2, "--out", two, "--resume", *few) == 0
    assert run("sample", two, "--caption", "red hair", "--array", tmp_path / "drawn.npy") == 0
    capsys.readouterr()
    assert run("evaluate", two, "--count", 40) == 0
    told = capsys.readouterr().out
    assert all(score in told for score in ("marks", "hair, asked", "FID", "spread of a caption"))
    assert run("train", "text2image-stage2", "--first", one, "--out", two, "--resume") == 2
    assert "holds its first stage already; leave out --first" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("recipe", "name", "told"),
    [
        ("mlp", "text2image", "mlp goes on from no first stage; leave out --first"),
        ("text2image-stage2", "nowhere", "neither a run folder nor a run that ships"),
        ("text2image-stage2", "zebra", "zebra was trained by cyclegan, and a first stage is one of text2image"),
    ],
)
def test_a_run_that_is_no_first_stage_is_refused(
    recipe: str, name: str, told: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("train", recipe, "--first", name, "--out", tmp_path / "run", "--quiet") == 2
    assert told in " ".join(capsys.readouterr().err.split())


def test_a_first_stage_that_does_not_fit_is_refused(data: CaptionData, first: Game) -> None:
    with pytest.raises(GancoreError, match="give the game of one as first"):
        SECOND.trainer(data)
    with pytest.raises(GancoreError, match="no game of text2image; train one"):
        SECOND.trainer(data, first=RECIPES["mlp"].game(data.spec))
    with pytest.raises(GancoreError, match="no game of text2image; train one"):
        SECOND.trainer(data, first=SECOND.game(data.spec))
    with pytest.raises(GancoreError, match="draws 3×32×32, and the second redraws 3×16×16; train one"):
        SECOND.trainer(data, first=FIRST.change(side=32).game(data.spec))
    with pytest.raises(GancoreError, match=r"other sizes .* recipe\.after"):
        SECOND.change(width=5).trainer(data, first=first)
    assert SECOND.change(width=5).after(FIRST) == SECOND


def test_a_first_stage_with_other_words_is_refused(data: CaptionData) -> None:
    fewer = FIRST.load("avatars").spec
    other = FIRST.game(type(fewer)(fewer.shape, given=fewer.given, words=("wig", *fewer.words[1:])))
    with pytest.raises(GancoreError, match="Only one of the two stages knows 'a', 'wig'; train the first on the same"):
        SECOND.trainer(data, first=other)
    shorter = FIRST.game(type(fewer)(fewer.shape, given=(5,), words=fewer.words))
    with pytest.raises(GancoreError, match="Only one of the two stages knows captions of 17 words"):
        SECOND.trainer(data, first=shorter)


@pytest.mark.parametrize("change", [{"side": 16}, {"second": 0}], ids=str)
def test_settings_out_of_range_are_refused(change: dict) -> None:
    with pytest.raises(GancoreError, match=next(iter(change))):
        SECOND.change(**change)
