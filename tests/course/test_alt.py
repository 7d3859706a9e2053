"""Alternative texts stand beside the chapters, by key: each key has a text, each text one picture stored with it."""

import re

import pytest
from execute import COURSE, outputs, read

from gancore.errors import GancoreError
from gancore.lessons.alt import described, texts_of
from gancore.lessons.words import FOLDER
from gancore.plots import figure, show

CHAPTERS = sorted(path.name for path in COURSE.glob("*.ipynb"))
USED = re.compile(r'\balt="(\d\d/[^"]+)"')


def keys_used(name: str) -> list[str]:
    return [key for cell in read(COURSE / name).cells if cell.cell_type == "code" for key in USED.findall(cell.source)]


@pytest.mark.parametrize("name", CHAPTERS)
def test_every_text_of_a_chapter_belongs_to_one_picture_of_it(name):
    assert sorted(keys_used(name)) == sorted(f"{name[:2]}/{key}" for key in texts_of(name[:2]))


@pytest.mark.parametrize("name", CHAPTERS)
def test_stored_pictures_have_the_texts_that_stand_beside_the_chapter(name):
    stored = {output.data.get("text/plain") for _, output in outputs(read(COURSE / name)) if "data" in output}
    assert [text for text in texts_of(name[:2]).values() if text not in stored] == []


def test_words_belong_to_chapters_that_there_are():
    assert {path.stem for path in FOLDER.glob("*.toml")} <= {f"ch{name[:2]}" for name in CHAPTERS}


@pytest.mark.parametrize("words", ["my own words", "falls", "", "4/panels", "04/panels and more", "and/or"])
def test_a_readers_own_words_stay_as_they_are(words):
    assert described(words) == words


def test_a_text_over_several_lines_is_one_line():
    text = described("04/panels")
    assert text.startswith("Three panels. Above: D lies")
    assert "\n" not in text
    assert "  " not in text


@pytest.mark.parametrize(
    ("key", "known"), [("04/nowhere", "chapter 04 has arches, panels"), ("99/panels", "chapter 99 has none")]
)
def test_a_key_that_is_not_there_costs_a_sentence(key, known):
    with pytest.raises(GancoreError, match=f'no alternative text "{key}"; {known}'):
        described(key)


def test_a_picture_is_shown_with_the_text_behind_its_key(capsys):
    drawn, _ = figure(2, 1)
    show(drawn, alt="04/arches")
    assert described("04/arches") in capsys.readouterr().out
