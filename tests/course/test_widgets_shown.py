"""Every interactive view is shown in a chapter, driven by a test that asserts what changed, and seen in a browser.

A widget that nobody drives is a widget that nobody tests.
"""

import ast
from collections.abc import Iterator

import pytest
from execute import COURSE, REPOSITORY, read
from helpers.views import find_views

from gancore.widgets.live import Live
from gancore.widgets.predict import PredictionBox
from gancore.widgets.quiz import QuizBox
from gancore.widgets.view import View

MAKERS = {PredictionBox: "predict", QuizBox: "quiz"}  # what a chapter calls, where it is not the class
NOT_THE_LAST_LINE = {Live}  # it shows itself when the run begins, and has no controls


VIEWS = find_views()
by_view = pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.__name__)


def is_call_of(node: ast.AST, maker: str) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == maker


def name_shown(cell: ast.Module, maker: str) -> str | None:
    """The name under which a cell makes a view and then shows it in its last line; "" where it needs no name."""
    last = cell.body[-1] if cell.body else None
    if not isinstance(last, ast.Expr):
        return None
    if is_call_of(last.value, maker):
        return ""
    made = [node for node in ast.walk(cell) if isinstance(node, ast.Assign) and is_call_of(node.value, maker)]
    names = [ast.unparse(node.targets[0]) for node in made]
    return next((name for name in names if name == ast.unparse(last.value)), None)


def is_driven(test: ast.AST) -> bool:
    """Whether a test moves a control, and asserts something."""
    nodes = list(ast.walk(test))
    clicked = [node for node in nodes if isinstance(node, ast.Call) and ast.unparse(node.func).endswith(".click")]
    stored = [node for node in nodes if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store)]
    moved = clicked + [node for node in stored if node.attr in ("value", "index", "points")]
    return bool(moved) and any(isinstance(node, ast.Assert) for node in nodes)


def chapters() -> Iterator[list[ast.Module]]:
    """The code cells of every chapter."""
    for path in sorted(COURSE.glob("*.ipynb")):
        yield [ast.parse(cell.source) for cell in read(path).cells if cell.cell_type == "code"]


def test_the_views_are_found():
    assert {QuizBox, Live} < set(VIEWS)
    assert View not in VIEWS


@by_view
def test_a_view_is_shown_in_a_chapter(view):
    maker = MAKERS.get(view, view.__name__)
    cells = [cell for chapter in chapters() for cell in chapter]
    if view in NOT_THE_LAST_LINE:
        assert any(is_call_of(node, maker) for cell in cells for node in ast.walk(cell))
    else:
        assert any(name_shown(cell, maker) is not None for cell in cells)


@pytest.mark.parametrize("view", [view for view in VIEWS if view is not Live], ids=lambda view: view.__name__)
def test_a_view_is_driven_by_a_test(view):
    calls = f"{MAKERS.get(view, view.__name__)}("
    sources = (path.read_text(encoding="utf-8") for path in (REPOSITORY / "tests" / "course").glob("test_*.py"))
    functions = [node for text in sources if calls in text for node in ast.parse(text).body]
    assert any(is_driven(one) for one in functions if isinstance(one, ast.FunctionDef) and one.name.startswith("test_"))


@by_view
def test_a_view_is_tried_in_a_browser(view):
    calls = f"{MAKERS.get(view, view.__name__)}("
    tests = (REPOSITORY / "tests" / "browser").glob("test_*.py")
    assert any(calls in path.read_text(encoding="utf-8") for path in tests)


# The reading of cells


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("explorer = Explorer(1)\nexplorer", "explorer"),
        ("explorer = Explorer(1)\nexplorer.advance()\nexplorer", "explorer"),
        ("Explorer(2)", ""),
        ("explorer = Explorer(1)", None),
        ("explorer = Other(1)\nexplorer", None),
        ("explorer = Explorer(1)\nother", None),
        ("", None),
    ],
)
def test_a_cell_that_shows_a_view_is_recognised(source, name):
    assert name_shown(ast.parse(source), "Explorer") == name


@pytest.mark.parametrize(
    ("source", "driven"),
    [
        ("explorer.count.value = 3\nassert explorer.rounds == 0", True),
        ("explorer.start.value, explorer.rate.value = 1, 2\nassert True", True),
        ("for explorer.loss.value in (1, 2):\n    assert explorer", True),
        ("explorer.step.click()\nassert explorer.rounds == 1", True),
        ("explorer.step.click()", False),
        ("assert explorer.step.value == 1", False),
    ],
)
def test_a_test_that_drives_a_view_is_recognised(source, driven):
    assert is_driven(ast.parse(source)) == driven
