"""Every stored notebook is fit to read on a page: run in order, pictures described, links alive.

What `make execute` refuses to store is checked with its own functions (course/execute.py); the rest is here.
Each check is a function from a notebook to a list of findings, and is shown notebooks that it must catch.
"""

import ast
import re
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import unquote

import nbformat
import pytest
from chapters import CHAPTERS
from execute import (
    COURSE,
    FOLDED,
    LARGEST_NOTEBOOK,
    PICTURE,
    PROOF,
    PROOF_LINE,
    REPOSITORY,
    WIDGET,
    as_text,
    clean,
    execute,
    find_errors,
    find_excess,
    find_lone_widgets,
    find_machine_paths,
    outputs,
    read,
)
from helpers.views import find_views
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from gancore.lessons.alt import KEY
from gancore.widgets.live import Live

PAGES = ("README.md", "CHANGELOG.md", "CONTRIBUTING.md", "course/LICENSE.md", "course/api.md", "course/glossary.md")
NAMES = [chapter.file for chapter in CHAPTERS]
LONGEST_CODE_CELL = 20  # lines
# To play with; a prediction and a quiz are made by functions, and do not count.
VIEWS = {view.__name__ for view in find_views()} - {Live.__name__}
FIRST_VIEW = 1 / 3  # of the cells, at most, come before something moves
KEPT_METADATA = {"kernelspec", "language_info"}

HTML_IMAGE = re.compile(r"<img\b[^>]*>", re.IGNORECASE)
HTML_ALT = re.compile(r"""\balt=("[^"]*\w[^"]*"|'[^']*\w[^']*')""", re.IGNORECASE)
HTML_TARGET = re.compile(r"""\b(?:src|href)=["']([^"']+)["']""", re.IGNORECASE)
MARKDOWN_IMAGE = re.compile(r"!\[([^\]]*)\]\(([^)\s]+)[^)]*\)")
MARKDOWN_TARGET = re.compile(r"\]\(<?([^)\s>]+)>?[^)]*\)|^\[[^\]]+\]:\s*(\S+)", re.MULTILINE)
FENCED_CODE = re.compile(r"^```.*?^```|`[^`\n]*`", re.MULTILINE | re.DOTALL)
ELSEWHERE = re.compile(r"^(?:[a-z][a-z0-9+.-]*:|#)", re.IGNORECASE)  # another scheme, or this very page
OTHER_PICTURES = ("image/svg+xml", "image/jpeg", "image/gif", "application/pdf")


def code_cells(notebook: NotebookNode) -> list[tuple[int, NotebookNode]]:
    return [(number, cell) for number, cell in enumerate(notebook.cells) if cell.cell_type == "code"]


def find_disorder(notebook: NotebookNode) -> list[str]:
    """Code cells that were not run, or not once each from top to bottom."""
    found = []
    for place, (number, cell) in enumerate(code_cells(notebook), start=1):
        if cell.execution_count != place:
            found.append(f"cell {number} is code cell {place} and has execution count {cell.execution_count}")
        if any(output.get("execution_count", place) != place for output in cell.outputs):
            found.append(f"cell {number} has a result of another run")
    return found


def find_stray_metadata(notebook: NotebookNode) -> list[str]:
    """Widget state, clock times, another kernel's name: anything beside kernel, language and tags."""
    found = [f"notebook metadata: {key}" for key in sorted(notebook.metadata.keys() - KEPT_METADATA)]
    if notebook.metadata.get("kernelspec", {}).get("name") != "python3":
        found.append("the kernel is not python3")
    for number, cell in enumerate(notebook.cells):
        expected = {"tags", "jupyter"} if is_proof(cell) else {"tags"}
        found += [f"cell {number} metadata: {key}" for key in sorted(cell.metadata.keys() - expected)]
    return found


def is_proof(cell: NotebookNode) -> bool:
    return PROOF in cell.metadata.get("tags", ())


def find_bad_proofs(notebook: NotebookNode) -> list[str]:
    """Proofs that a reader sees before what they prove: not folded, nothing above them, or with more to show."""
    found = []
    for place, (number, cell) in enumerate(code_cells(notebook)):
        if is_proof(cell):
            found += [] if cell.metadata.get("jupyter") == FOLDED else [f"cell {number} is a proof, and not folded"]
            found += [] if cell.source.startswith(f"{PROOF_LINE}\n") else [f"cell {number} tells its proof when folded"]
            found += [] if place else [f"cell {number} is a proof of nothing: it is the first"]
            found += [f"cell {number} is a proof, and shows something"] if cell.outputs else []
    return found


def find_assertions(notebook: NotebookNode) -> list[str]:
    """Assertions outside of proofs: who reads them has no prediction left to make."""
    return [
        f"cell {number} asserts something: let a proof do it, a cell of its own after what it is about"
        for number, cell in code_cells(notebook)
        if not is_proof(cell) and any(isinstance(node, ast.Assert) for node in ast.walk(ast.parse(cell.source)))
    ]


def find_widgets(notebook: NotebookNode) -> list[str]:
    """Stored widget views: without their kernel they show "Loading widget" in place of the picture."""
    stored = [number for number, output in outputs(notebook) if WIDGET in output.get("data", {})]
    return [f"cell {number} stores a widget" for number in stored]


def find_other_pictures(notebook: NotebookNode) -> list[str]:
    """Figures that are not PNG."""
    found = []
    for number, output in outputs(notebook):
        data = output.get("data", {})
        found += [f"cell {number} stores {mime}" for mime in OTHER_PICTURES if mime in data]
        embedded = set(re.findall(r"data:(image/[\w+.-]+)", data.get("text/html", ""))) - {PICTURE}
        found += [f"cell {number} embeds {mime}" for mime in sorted(embedded)]
    return found


def find_undescribed_pictures(notebook: NotebookNode) -> list[str]:
    """Pictures that a reader who does not see them learns nothing about."""
    found = []
    for number, cell in enumerate(notebook.cells):
        if cell.cell_type == "markdown":
            prose = FENCED_CODE.sub("", cell.source)
            undescribed = [target for text, target in MARKDOWN_IMAGE.findall(prose) if not text.strip()]
            undescribed += [tag for tag in HTML_IMAGE.findall(prose) if not HTML_ALT.search(tag)]
            found += [f"cell {number} has no alternative text for {tag[:80]}" for tag in undescribed]
    for number, output in outputs(notebook):
        data = output.get("data", {})
        tags = HTML_IMAGE.findall(data.get("text/html", ""))
        if any(not HTML_ALT.search(tag) for tag in tags) or (PICTURE in data and not tags):
            found.append(f"cell {number} shows a picture without alternative text in its HTML")
        if PICTURE in data and (not data.get("text/plain", "").strip() or data["text/plain"].startswith("<")):
            found.append(f"cell {number} shows a picture without alternative text in its plain text")
    return found


def find_told_pictures(notebook: NotebookNode) -> list[str]:
    """Code that says what its picture shows: who reads it first has no prediction left to make."""
    return [
        f"cell {number} says what its picture shows: give its text a key in gancore/lessons/words"
        for number, cell in code_cells(notebook)
        for node in ast.walk(ast.parse(cell.source))
        if isinstance(node, ast.keyword) and node.arg == "alt"
        if isinstance(node.value, ast.Constant) and not KEY.fullmatch(node.value.value)
    ]


def find_late_view(notebook: NotebookNode) -> list[str]:
    """The first view to play with, where a reader has to wait for it; to look on while something trains is no play."""
    shown = (
        number
        for number, cell in code_cells(notebook)
        for node in ast.walk(ast.parse(cell.source))
        if isinstance(node, ast.Call) and ast.unparse(node.func) in VIEWS
    )
    first, count = next(shown, None), len(notebook.cells)
    if first is not None and first <= FIRST_VIEW * count:
        return []
    return [f"nothing to play with until cell {first} of {count}: let a view stand in the first third"]


def find_long_cells(notebook: NotebookNode) -> list[str]:
    """Code cells that are too long to read at a glance, or empty."""
    found = []
    for number, cell in code_cells(notebook):
        lines = len(cell.source.strip().splitlines())
        if not 1 <= lines <= LONGEST_CODE_CELL:
            found.append(f"cell {number} has {lines} lines of code, and {LONGEST_CODE_CELL} is the limit")
    return found


def broken_links(text: str, folder: Path) -> list[str]:
    """Targets of Markdown or HTML links in `text` that point into the repository from `folder` and miss."""
    prose = FENCED_CODE.sub("", text)
    targets = [first or second for first, second in MARKDOWN_TARGET.findall(prose)]
    found = []
    for target in targets + HTML_TARGET.findall(prose):
        if not ELSEWHERE.match(target):
            path = (folder / unquote(target.split("#")[0])).resolve()
            if not (path.exists() and path.is_relative_to(REPOSITORY)):
                found.append(target)
    return found


def find_broken_links(notebook: NotebookNode) -> list[str]:
    """Links into the repository that lead nowhere."""
    return [
        f"cell {number} links to {target}"
        for number, cell in enumerate(notebook.cells)
        if cell.cell_type == "markdown"
        for target in broken_links(cell.source, COURSE)
    ]


CHECKS = (
    find_assertions,
    find_bad_proofs,
    find_broken_links,
    find_disorder,
    find_errors,
    find_excess,
    find_late_view,
    find_lone_widgets,
    find_long_cells,
    find_machine_paths,
    find_other_pictures,
    find_stray_metadata,
    find_told_pictures,
    find_undescribed_pictures,
    find_widgets,
)


def shown(data: dict, **kwargs) -> NotebookNode:
    return new_output("display_data", data=data, **kwargs)


def good_cells() -> list[NotebookNode]:
    """A chapter as it should be: a picture, a link, two code cells run in order."""
    described = {
        PICTURE: "aGVsbG8=",
        "text/html": '<img alt="sixteen digits" src="data:image/png;base64,aGVsbG8=">',
        "text/plain": "sixteen digits",
    }
    result = new_output("execute_result", data={"text/plain": "2"}, execution_count=2)
    return [
        new_markdown_cell("# A chapter\n![a digit](execute.py) and [a page](https://example.org), `[x](y)`"),
        new_code_cell('show(figure, alt="04/panels")\nDiracExplorer()', execution_count=1, outputs=[shown(described)]),
        new_code_cell("1 + 1", execution_count=2, outputs=[result], metadata={"tags": ["raw"]}),
        new_code_cell(f"{PROOF_LINE}\nassert True", execution_count=3, metadata={"tags": [PROOF], "jupyter": FOLDED}),
    ]


def notebook_of(cells: list[NotebookNode], **metadata) -> NotebookNode:
    notebook = new_notebook(cells=cells)
    clean_copy = new_notebook()
    clean(clean_copy)
    notebook.metadata = clean_copy.metadata | metadata
    return notebook


def with_output(output: NotebookNode) -> NotebookNode:
    return notebook_of([new_code_cell("show()", execution_count=1, outputs=[output])])


def with_source(source: str) -> NotebookNode:
    return notebook_of([new_code_cell(source, execution_count=1)])


def with_prose(source: str) -> NotebookNode:
    return notebook_of([new_markdown_cell(source)])


def with_counts(*counts: int | None) -> NotebookNode:
    return notebook_of([new_code_cell("pass", execution_count=count) for count in counts])


def described(html: str, plain: str) -> NotebookNode:
    return with_output(shown({PICTURE: "aGVsbG8=", "text/html": html, "text/plain": plain}))


def proof(source: str, folded: dict = FOLDED, outputs: Sequence[NotebookNode] = ()) -> NotebookNode:
    metadata = {"tags": [PROOF], "jupyter": folded}
    return new_code_cell(source, execution_count=2, outputs=list(outputs), metadata=metadata)


PROVED = f"{PROOF_LINE}\nassert x == 1"


FIRST = new_code_cell("x = 1", execution_count=1)
BROKEN = [
    (find_assertions, with_source("print(x)\nassert x == 1")),
    (find_assertions, with_source("for x in y:\n    print(x)\n    assert x == 1")),
    (find_bad_proofs, notebook_of([proof(PROVED)])),
    (find_bad_proofs, notebook_of([FIRST, proof(PROVED, folded={})])),
    (find_bad_proofs, notebook_of([FIRST, proof(PROVED, outputs=[shown({"text/plain": "1"})])])),
    (find_bad_proofs, notebook_of([FIRST, proof("assert x == 1")])),
    (find_broken_links, with_prose("[next](99_nowhere.ipynb#part)")),
    (find_broken_links, with_prose("[out of the repository](../../)")),
    (find_broken_links, with_prose('<a href="nowhere.md">there</a>')),
    (find_broken_links, with_prose("[there]\n\n[there]: nowhere.md")),
    (find_disorder, with_counts(1, 3)),
    (find_disorder, with_counts(2, 1)),
    (find_disorder, with_counts(1, None)),
    (find_disorder, with_output(new_output("execute_result", data={"text/plain": "2"}, execution_count=7))),
    (find_errors, with_output(new_output("error", ename="ValueError", evalue="no", traceback=[]))),
    (find_errors, with_output(new_output("stream", name="stderr", text="a warning"))),
    (find_excess, with_source("x" * (LARGEST_NOTEBOOK + 1))),
    (find_late_view, notebook_of([new_markdown_cell("Read."), new_code_cell("1"), new_code_cell("DiracExplorer()")])),
    (find_late_view, with_source("predict('6a')")),
    (find_late_view, with_source("trainer(recorders=[Live(steps=3)])")),
    (find_lone_widgets, with_output(shown({WIDGET: {"model_id": "1"}, "text/plain": "IntSlider()"}))),
    (find_lone_widgets, with_output(shown({WIDGET: {"model_id": "1"}, "text/html": " "}))),
    (find_long_cells, with_source("x = 1\n" * (LONGEST_CODE_CELL + 1))),
    (find_long_cells, with_source("\n")),
    (find_machine_paths, with_output(new_output("stream", name="stdout", text=f"saved {REPOSITORY}/runs"))),
    (find_machine_paths, with_output(shown({"text/plain": "PosixPath('/home/ada/runs')"}))),
    (find_machine_paths, with_output(shown({"text/html": r"<b>C:\Users\ada</b>"}))),
    (find_other_pictures, with_output(shown({"image/svg+xml": "<svg/>"}))),
    (find_other_pictures, with_output(shown({"text/html": '<img alt="a" src="data:image/gif;base64,aA">'}))),
    (find_stray_metadata, notebook_of([], widgets={"state": {}})),
    (find_stray_metadata, notebook_of([], kernelspec={"name": "gan-env"})),
    (find_stray_metadata, notebook_of([new_code_cell("pass", metadata={"execution": {"iopub": "2026"}})])),
    (find_stray_metadata, notebook_of([new_code_cell("pass", metadata={"jupyter": FOLDED})])),
    (find_told_pictures, with_source('show(figure, alt="it falls")')),
    (find_told_pictures, with_source('Film(title, runs, curves, alt="it " "falls")')),
    (find_undescribed_pictures, with_output(shown({PICTURE: "aGVsbG8=", "text/plain": "<Figure 640x480>"}))),
    (find_undescribed_pictures, described("<img src='x'>", "sixteen digits")),
    (find_undescribed_pictures, described("<img alt='' src='x'>", "sixteen digits")),
    (find_undescribed_pictures, described("<img alt='sixteen digits' src='x'>", "<Figure size 640x480>")),
    (find_undescribed_pictures, with_output(shown({"text/html": "<img src='x'>", "text/plain": "a sheet"}))),
    (find_undescribed_pictures, with_prose("![](images/digits.png)")),
    (find_undescribed_pictures, with_prose('<img src="images/digits.png">')),
    (find_widgets, with_output(shown({PICTURE: "aGk=", WIDGET: {"model_id": "1"}}))),
]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_stored_notebook(name, check):
    assert check(read(COURSE / name)) == []


@pytest.mark.parametrize("name", NAMES)
def test_stored_notebook_is_written_as_make_execute_writes_it(name):
    path = COURSE / name
    assert path.read_text(encoding="utf-8") == as_text(read(path))
    nbformat.validate(read(path))


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_a_good_notebook_passes(check):
    assert check(notebook_of(good_cells())) == []


@pytest.mark.parametrize(("check", "notebook"), BROKEN, ids=[check.__name__ for check, _ in BROKEN])
def test_a_broken_notebook_is_caught(check, notebook):
    assert check(notebook)


def test_every_check_has_been_shown_a_broken_notebook():
    assert {check for check, _ in BROKEN} == set(CHECKS)


def test_cleaning_leaves_the_picture_and_takes_the_run_out():
    data = {PICTURE: "aGk=", WIDGET: {"model_id": "1"}, "text/plain": "a digit"}
    output = shown(data, metadata={"image/png": {"width": 5}})
    result = new_output("execute_result", data={"text/plain": "2"}, execution_count=41)
    metadata = {"tags": ["keep"], "execution": {"iopub": "2026"}, "scrolled": True}
    cells = [
        new_markdown_cell("hello", metadata={"editable": False}),
        new_code_cell("a", execution_count=40, outputs=[output], metadata=metadata),
        new_code_cell("b", execution_count=41, outputs=[result]),
        new_code_cell("assert b", execution_count=42, metadata={"tags": [PROOF], "collapsed": True}),
    ]
    notebook = notebook_of(cells, widgets={"state": {}})
    clean(notebook)
    assert find_disorder(notebook) == find_stray_metadata(notebook) == find_widgets(notebook) == []
    assert notebook.cells[1].metadata == {"tags": ["keep"]}
    assert notebook.cells[3].metadata == {"tags": [PROOF], "jupyter": FOLDED}
    assert notebook.cells[1].outputs[0].data == {PICTURE: "aGk=", "text/plain": "a digit"}
    assert notebook.cells[1].outputs[0].metadata == {}


def test_cleaning_leaves_the_html_that_stands_in_for_a_widget():
    notebook = with_output(shown({WIDGET: {"model_id": "1"}, "text/html": "<p>A quiz</p>", "text/plain": "A quiz"}))
    assert find_lone_widgets(notebook) == []
    clean(notebook)
    assert notebook.cells[0].outputs[0].data == {"text/html": "<p>A quiz</p>", "text/plain": "A quiz"}


def test_executing_twice_stores_the_same_bytes(tmp_path):
    path = tmp_path / "chapter.ipynb"
    notebook = notebook_of([new_code_cell(line) for line in ("print(1)\nprint(2)", "6 * 7", "6 * 7")])
    for cell in notebook.cells:
        del cell["id"]
    notebook.nbformat_minor = 4  # the last format without ids
    path.write_text(as_text(notebook), encoding="utf-8")
    stored = []
    for _ in range(2):
        notebook = read(path)
        execute(notebook, tmp_path)
        clean(notebook)
        path.write_text(as_text(notebook), encoding="utf-8")
        stored.append(path.read_bytes())
    assert stored[0] == stored[1]
    assert len({cell.id for cell in notebook.cells}) == 3
    assert notebook.cells[1].outputs[0].data == {"text/plain": "42"}


@pytest.mark.parametrize("page", PAGES)
def test_links_of_a_page_resolve(page):
    path = REPOSITORY / page
    assert broken_links(path.read_text(encoding="utf-8"), path.parent) == []
