"""What becomes of a stored notebook on its page: what is folded, what waits, what is left out, and what lives."""

import base64
import json
import re
import sys
import tomllib
from pathlib import Path

import nbformat
import numpy as np
import pytest
import yaml
from helpers.places import REPOSITORY
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from packaging.requirements import Requirement

sys.path.append(str(REPOSITORY / "site"))

import build
import colab
import conf
import pages
import record
import sheets
from execute import COURSE, read

from gancore.lessons.copies import as_text
from gancore.lessons.failure_game import FailureGame
from gancore.lessons.failures import FAILURES, REMEDIES, SYMPTOMS
from gancore.lessons.ring_run import Run

PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg=="
IMAGE = f'<img alt="a dot" src="data:image/png;base64,{PIXEL}">'


def code(source: str, *html: str, tags: tuple[str, ...] = ()) -> nbformat.NotebookNode:
    outputs = [new_output("display_data", {"text/html": each, "image/png": PIXEL}) for each in html]
    return new_code_cell(source, outputs=outputs, metadata={"tags": list(tags)} if tags else {})


def page(tmp_path, *cells: nbformat.NotebookNode) -> list[nbformat.NotebookNode]:
    return pages.as_page(
        new_notebook(cells=[*cells, new_markdown_cell("## Read next\n\n← [a](a.ipynb)")]), "04", tmp_path
    ).cells


def test_from_predict_to_outcome_outputs_wait_for_a_click(tmp_path):
    cells = page(
        tmp_path,
        code('predict("4a")', "<p>asked</p>"),
        code("draw()", IMAGE),
        code('outcome("4a", 1)', "<p>told</p>"),
        code("after()", IMAGE),
    )
    assert [cell.metadata.get("tags", []) for cell in cells[:4]] == [[], ["hide-output"], ["hide-output"], []]


def test_a_prediction_without_an_outcome_hides_the_next_cell_alone(tmp_path):
    cells = page(tmp_path, code('predict("4b")', "<p>asked</p>"), code("draw()", IMAGE), code("more()", IMAGE))
    assert [cell.metadata.get("tags", []) for cell in cells[:3]] == [[], ["hide-output"], []]


def test_proofs_are_folded_and_no_tag_of_the_notebook_is_left(tmp_path):
    cells = page(tmp_path, code("assert True", tags=("proof",)), code("1", IMAGE, tags=("nbval-ignore-output",)))
    assert [cell.metadata.get("tags", []) for cell in cells[:2]] == [["hide-input"], []]


def test_a_picture_goes_to_its_own_file_with_its_words_and_its_size(tmp_path):
    (cell, _) = page(tmp_path, code("draw()", IMAGE))
    assert list(cell.outputs[0].data) == ["text/html"]
    assert 'alt="a dot"' in cell.outputs[0].data["text/html"]
    assert 'width="1" height="1"' in cell.outputs[0].data["text/html"]
    assert (tmp_path / "04-00-0-0.png").read_bytes().startswith(b"\x89PNG")


def test_a_view_stands_in_with_its_name_and_its_arguments(tmp_path):
    loaded = code('shipped = load_pretrained("cmodern")')
    made = code('from gancore.widgets.writer import NumberWriter\n\nNumberWriter(shipped, "12")', IMAGE)
    markup = page(tmp_path, loaded, made)[1].outputs[0].data["text/html"]
    assert 'data-view="NumberWriter"' in markup
    assert "&quot;number&quot;: &quot;12&quot;" in markup
    assert "&quot;generator&quot;: &quot;cmodern&quot;" in markup
    assert "<figcaption>Write a number: type digits" in markup
    assert "live in JupyterLab" in markup


def test_a_view_of_what_a_page_does_not_have_stays_a_picture(tmp_path):
    imported = "from gancore.widgets.real_or_fake import RealOrDrawn\n\nRealOrDrawn(contests, seed=1"
    cells = page(tmp_path, code(f"{imported})", IMAGE), code(f'{imported}, what="avatar")', IMAGE))
    digits, avatars = (cell.outputs[0].data["text/html"] for cell in cells[:2])
    assert 'data-view="RealOrDrawn"' in digits
    assert "data-view" not in avatars
    assert "live in JupyterLab" in avatars


def test_a_view_that_is_made_again_stands_in_as_it_was_left(tmp_path):
    first = code("from gancore.widgets.writer import NumberWriter\n\nNumberWriter(mine)", IMAGE)
    again = code('writer = NumberWriter(mine, "7")\nwriter.hand.value = nearest\nwriter', IMAGE)
    again.outputs[0].data["text/plain"] = "7 in hand 89: the classifier reads 7."
    markup = page(tmp_path, first, again)[1].outputs[0].data["text/html"]
    assert 'data-view="NumberWriter"' in markup
    assert "&quot;hand&quot;: 89" in markup


def test_a_zoo_and_a_sheet_to_colour_say_who_has_come_so_far(tmp_path):
    zoo = "from gancore.widgets.zoo import ZooView\n\nzoo.admit({})\nZooView(zoo)"
    hand = 'from gancore.widgets.colouring import Colouring\n\nColouring({"one": load_shipped("pix2pix")}, outlines)'
    cells = [code(zoo.format('"a", one'), IMAGE), code(zoo.format('"b", other'), IMAGE), code(hand, IMAGE)]
    early, late, coloured = (cell.outputs[0].data["text/html"] for cell in page(tmp_path, *cells)[:3])
    assert "[&quot;a&quot;]" in early
    assert "[&quot;a&quot;, &quot;b&quot;]" in late
    assert "{&quot;one&quot;: &quot;pix2pix&quot;}" in coloured


def test_a_view_that_shows_nothing_yet_stands_in_with_its_words(tmp_path):
    made = code("from gancore.widgets.pad import DigitPad\n\nDigitPad()", f"<p>a dot</p>{IMAGE}")
    markup = page(tmp_path, made)[0].outputs[0].data["text/html"]
    assert "<p>a dot</p><figcaption>" in markup
    assert "<img" not in markup


def test_the_title_of_a_film_is_no_heading_of_the_page(tmp_path):
    markup = page(tmp_path, code("film", f"<h4>A film</h4>{IMAGE}"))[0].outputs[0].data["text/html"]
    assert markup.startswith('<p class="gancore-title">A film</p><img')


def test_a_figure_that_lives_on_the_page_alone_says_nothing_of_jupyterlab(tmp_path):
    markup = page(tmp_path, code("show(latent_plane(codes))", IMAGE))[0].outputs[0].data["text/html"]
    assert 'data-view="LatentPlane"' in markup
    assert "data-only-here" in markup
    assert "JupyterLab" not in markup


def test_a_link_to_a_page_stays_and_one_elsewhere_in_the_repository_becomes_its_words():
    text = "[the loop](../gancore/training/trainer.py), [04](04_a_game_for_two.ipynb#roles), [a paper](https://a.org)"
    kept = "the loop, [04](04_a_game_for_two.ipynb#roles), [a paper](https://a.org)"
    assert build.with_links(text, Path("course")) == kept


def test_links_to_the_neighbours_are_left_to_the_page(tmp_path):
    assert page(tmp_path, code("1"))[-1].source == "## Read next"


def test_a_quiz_holds_every_option_and_one_right_one_for_each_question():
    markup = pages.quiz_markup(4)
    questions = markup.split("<fieldset>")[1:]
    assert len(questions) >= 4
    assert all(each.count("data-right") == 1 and each.count('type="radio"') >= 3 for each in questions)


def test_the_page_of_chapter_03_has_digits_by_every_model_of_its_zoo():
    above = pages.Above()
    for cell in read(COURSE / "03_a_family_of_generative_models.ipynb").cells:
        above.read(cell.source)
    zoo = sheets.zoo()
    assert zoo["names"] == above.models
    assert zoo["count"] % (10 * len(above.models)) == 0


@pytest.mark.parametrize("path", sorted(COURSE.glob("*.ipynb")), ids=lambda path: path.name[:2])
def test_no_page_holds_a_bank_a_solution_or_a_tag(path, tmp_path):
    page = pages.as_page(read(path), path.name[:2], tmp_path)
    text = nbformat.writes(page)
    answers = (COURSE / "solutions" / f"ch{path.name[:2]}.py").read_text(encoding="utf-8")
    bodies = re.findall(r"^    return .{30,}$", answers, re.MULTILINE)
    shown = [body.strip() for body in bodies if body.strip() in text]
    assert shown == []
    assert "nbval" not in text
    assert '"proof"' not in text
    assert "image/png" not in text


@pytest.fixture(scope="module")
def recorded() -> dict:
    return json.loads(record.RECORDED.read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", FAILURES)
def test_every_failure_is_recorded_as_it_is_set_today_with_every_remedy(recorded, name):
    game, kept = FailureGame(name), recorded["failures"][name]
    assert recorded["symptoms"] == list(SYMPTOMS)
    assert (kept["symptom"], kept["cause"]) == (game.failure.symptom, game.cause())
    assert list(kept["runs"]) == ["", *game.remedies]
    settings = [game.failure.setting, *(REMEDIES[remedy].apply(game.failure.setting) for remedy in game.remedies)]
    assert [run["setting"] for run in kept["runs"].values()] == [record.differences(each) for each in settings]


def test_a_game_that_is_played_again_begins_as_it_was_recorded(recorded):
    name = "data ten times as large, and a hasty D"
    kept = recorded["failures"][name]["runs"][""]
    again = record.as_it_went(Run(FAILURES[name].setting, recorded["seed"]).play(10))
    for part, start in (("points", 2 * record.POINTS), ("curves", 1)):
        stored, played = (
            np.frombuffer(base64.b64decode(run[part]), np.uint8)[:start].astype(int) for run in (kept, again)
        )
        assert np.abs(stored - played).max() <= 1


@pytest.mark.parametrize("address", ["", "https://github.com/somebody/gancore"])
def test_a_copy_for_colab_installs_the_course_first_and_holds_no_output(address):
    chapter = COURSE / "04_a_game_for_two.ipynb"
    copy = nbformat.reads(as_text(colab.colab_copy(chapter, address)), as_version=4)
    nbformat.validate(copy)
    first, *rest = copy.cells
    assert f'REPOSITORY = "{address}"' in first.source
    assert ("raise RuntimeError" in first.source) == (not address)  # rather than to install something of the same name
    assert '%pip install --quiet "gancore @ git+{REPOSITORY}"' in first.source
    assert "enable_custom_widget_manager()" in first.source
    assert [cell.source for cell in rest] == [cell.source for cell in read(chapter).cells]
    assert all(cell.outputs == [] and cell.execution_count is None for cell in copy.cells if cell.cell_type == "code")


@pytest.mark.parametrize(("address", "links"), [("", 0), ("https://github.com/somebody/gancore", 1)])
def test_a_chapter_leads_to_its_copy_for_colab_once_there_is_an_address(monkeypatch, address, links):
    monkeypatch.setattr(conf, "REPOSITORY", address)
    context = {"body": ""}
    for page in ("04_a_game_for_two", "glossary"):
        conf.offer_colab(None, page, "page.html", context, None)
    assert context["body"].count('href="colab/04_a_game_for_two.ipynb"') == context["body"].count("href") == links


def test_a_copy_for_colab_asks_for_what_chapters_import_and_not_for_a_notebook():
    names = {Requirement(asked).name for asked in colab.requirements()}
    assert {"ipywidgets", "anywidget", "matplotlib", "scikit-learn"} <= names
    assert names.isdisjoint({"jupyterlab", "ipykernel"})


def test_binder_installs_the_course_and_not_its_tests():
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    binder = yaml.safe_load((REPOSITORY / "binder" / "environment.yml").read_text(encoding="utf-8"))
    asked = [Requirement(line) for line in binder["dependencies"] if isinstance(line, str)]
    names = {"pytorch-cpu": "torch", "matplotlib-base": "matplotlib"}  # conda-forge's, and PyPI's
    here = {names.get(each.name, each.name): str(each.specifier) for each in asked}
    lines = map(Requirement, [*project["dependencies"], *project["optional-dependencies"]["course"]])
    wanted = {each.name: str(each.specifier) for each in lines}
    assert here == wanted | {"python": project["requires-python"], "pip": ""}
