"""The page about what gancore offers says what the code says."""

import api
import pytest

import gancore


def test_the_page_is_what_the_code_says() -> None:
    assert api.PAGE.read_text(encoding="utf-8") == api.page(), "run `python course/api.py`"


def test_the_page_has_a_section_for_every_name() -> None:
    headings = [line.removeprefix("## ") for line in api.page().splitlines() if line.startswith("## ")]
    assert headings == list(gancore.NAMES)


class Shelf:
    """A shelf."""

    def __init__(self, width: int, *boards: str, height: float = 2.0) -> None:
        """Build it."""

    def fill(self, things: list[str]) -> "Shelf":
        """Put things on it.

        From left to right.
        """

    def _shake(self) -> None:
        """Not for others."""


def test_a_class_is_called_as_its_init_is_and_names_its_public_methods() -> None:
    assert "Shelf(width: int, *boards: str, height: float = 2.0)\n" in api.as_code(Shelf)
    assert api.methods(Shelf) == "\n\n- `fill`: Put things on it."
    assert "fill(things: list[str]) -> Shelf\n" in api.as_code(Shelf.fill)


def test_many_arguments_stand_on_a_line_each() -> None:
    def many(
        first_of_them: int = 1, second_of_them: int = 2, *, third_of_them: int = 3, fourth_of_them: int = 4
    ) -> int:
        """Adds."""

    lines = api.as_code(many).splitlines()
    assert lines[1:4] == ["many(", "    first_of_them: int = 1,", "    second_of_them: int = 2,"]
    assert lines[4] == "    *,"


@pytest.mark.parametrize("name", ["Settings", "NonSaturating"])
def test_a_dataclass_shows_its_fields_with_their_comments(name: str) -> None:
    thing = getattr(gancore, name)
    shown = api.as_code(thing)
    assert all(f"{field}: " in shown for field in thing.__dataclass_fields__)
