"""With the reference answers in place of its stubs every check of a chapter says correct, and its cells still run.

An answer is put in as a reader would who copies what `solution` shows: it may use only what the chapter has by then.
`make test` runs the cells that have to do with answers: nbval runs every chapter whole, and what an answer does not
reach goes as it goes there. `-m long` runs all cells.
"""

import ast
import builtins
import re
import symtable
import time
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from execute import COURSE, execute, find_errors, read
from helpers.warm import forked_kernels
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_notebook

from gancore.lessons import teaching
from gancore.lessons.exercises import Exercise
from gancore.lessons.grading.slicing import Statement
from gancore.lessons.judging import SIGNS, Standing
from gancore.lessons.probes import Slopes

CHAPTERS = sorted(path.name for path in COURSE.glob("*.ipynb"))
LONGEST_CHAPTER = 290  # seconds with one of two busy cores; 90 on two quiet ones are wanted
FORGET, SEEDING = "%reset -f", "begin"
# How long, or on what, the chapters train what answers reach, and how little of it shows that all runs. What comes of
# the training nbval sees.
SHORTER = {
    "00_start_here.ipynb": {"600": "10"},
    "01_supervised_and_unsupervised.ipynb": {"(1, 10, 50, 200)": "(1, 10, 50)"},
    "03_a_family_of_generative_models.ipynb": {
        "digits.subset(learn)": "digits.subset(learn[::10])",
        "hidden=64": "hidden=16",
        "torch.rand(10, 64)": "torch.rand(10, 16)",
        "square_grid(201, reach=6.0), (12 / 201)": "square_grid(101, reach=6.0), (12 / 101)",
    },
    "05_the_loop_by_hand.ipynb": {
        "range(1, 1501)": "range(1, 151)",
        "(100, 1500)": "(100, 150)",
        "rounds=300": "rounds=30",
    },
    "06_when_the_game_goes_wrong.ipynb": {
        "Run(HEALTHY, SEED)": "Run(HEALTHY.change(rounds=30), SEED)",
        "Run(COLLAPSE, SEED)": "Run(COLLAPSE.change(rounds=30), SEED)",
    },
    "07_mnist_with_two_perceptrons.ipynb": {"1600": "12", "steps=300": "steps=12"},
    "08_convolutions_dcgan.ipynb": {  # rounds, of which a busy machine plays as many as another
        "(0, 1, 2, 3, 4, 5, 6, 8, 10, 12)": "(0, 1)",
        "seconds=max(0, until - trainer.seconds)": 'steps=until * (2 if "DCGAN" in label else 25)',
        "trainer.sample(500, seed=1)": "trainer.sample(200, seed=1)",
    },
    "09_conditional_gans.ipynb": {
        "steps=600": "steps=10",
        "steps=500": "steps=50",
        "range(20)": "range(2)",
    },
    "10_is_it_any_good.ipynb": {
        'digits, reader = load("digits")': 'digits, reader = load("digits").subset(torch.arange(0, 5000, 5))',
        "(5000": "(1000",
        ":5000]": ":1000]",
        "2500": "500",
        "1250": "250",
        "repeat(250": "repeat(50",
        "repeat(25,": "repeat(5,",
        "sample(3000, seed=1)": "sample(300, seed=1)",
        "(2000, 1000)": "(200, 100)",
    },
    "11_inside_the_latent_space.ipynb": {
        "steps=300": "steps=10",
        "range(200)": "range(20)",
        "seeded_latents(5, dimensions, seed=3)": "seeded_latents(2, dimensions, seed=3)",
        "start[None], 150)": "start[None], 30)",
    },
    "12_what_the_discriminator_knows.ipynb": {"steps=500": "steps=50", "draws(100, 8)": "draws(100, 4)"},
    "13_rare_classes.ipynb": {"train_gan(digits)": "train_gan(digits, rounds=10)"},
    "16_words_to_pictures.ipynb": {"steps=400": "steps=5"},
    "18_faces_and_fakes.ipynb": {
        "steps=300": "steps=5",
        "range(2)": "range(1)",
        '"faces-nearest", 1200': '"faces-nearest", 400',
        "split([1200, len(learnt) - 1200])": "split([400, len(learnt) - 400])",
        '"faces-nearest", 800': '"faces-nearest", 200',
        '"faces", 800': '"faces", 200',
    },
}
IMPORT = (ast.Import, ast.ImportFrom)
OF_ARRAYS = """

def _as_arrays(result):
    if hasattr(result, "detach"):
        array = result.detach().numpy()
        return array.astype("float64") if array.dtype.kind == "f" else array
    if isinstance(result, str):
        return " " + result.upper()
    return type(result)(map(_as_arrays, result)) if isinstance(result, (tuple, list)) else result

_plain_{name} = {name}
{name} = lambda *given: _as_arrays(_plain_{name}(*given))
"""

by_chapter = pytest.mark.parametrize("name", CHAPTERS)


def exercises_of(name: str) -> tuple[Exercise, ...]:
    return teaching.load_bank(int(name[:2])).EXERCISES


def stubs(notebook: NotebookNode) -> list[tuple[NotebookNode, str, str]]:
    """Every cell that ends by showing a check: the cell, the number of its exercise, and the name it hands over."""
    found = []
    for cell in notebook.cells:
        statements = ast.parse(cell.source).body if cell.cell_type == "code" else []
        match statements[-1:]:
            case [ast.Expr(ast.Call(ast.Name("check"), [ast.Constant(number), ast.Name(name)]))]:
                found.append((cell, number, name))
    return found


def replace_stub(source: str, name: str, answer: str) -> str:
    """`source` with `answer` in place of the one statement that defines `name`."""
    defining = [statement for statement in ast.parse(source).body if defines(statement, name)]
    assert len(defining) == 1, f"{len(defining)} statements define {name}"
    first, last = defining[0].lineno, defining[0].end_lineno
    lines = source.splitlines()
    return "\n".join([*lines[: first - 1], *answer.splitlines(), *lines[last:]])


def defines(statement: ast.stmt, name: str) -> bool:
    if isinstance(statement, ast.Assign):
        return [ast.unparse(target) for target in statement.targets] == [name]
    return isinstance(statement, ast.FunctionDef) and statement.name == name


def solve(notebook: NotebookNode, in_numpy: bool = False) -> None:
    """Put the reference answer of every exercise into its stub; `in_numpy` as one that gives back arrays, wherever no
    gradient has to pass, and texts in capitals after a blank."""
    for cell, number, name in stubs(notebook):
        answer = teaching.find_answers(number)[0]
        if in_numpy and f"def {name}(" in answer and not asks_for_gradients(number):
            answer += OF_ARRAYS.format(name=name)
        cell.source = replace_stub(cell.source, name, answer)


def asks_for_gradients(number: str) -> bool:
    return any(isinstance(probe, Slopes) for probe in teaching.find_exercise(number).probes)


@dataclass(frozen=True)
class Names:
    """The names in a cell or a statement that others may share."""

    used: set[str]  # before they are made here
    made: set[str]
    changed: set[str]  # as `trainer` is by `trainer.run()` and `view` by `view.seed.value = 1`


def names_in(code: str) -> Names:
    used, made = set(), set()
    for statement in ast.parse(code).body:
        outside, *functions = tables(symtable.symtable(ast.unparse(statement), "cell", "exec"))
        symbols = outside.get_symbols()
        inside = {name for table in functions for name in table.get_identifiers() if table.lookup(name).is_global()}
        looked_up = {symbol.get_name() for symbol in symbols if symbol.is_referenced()} | inside
        used |= looked_up - made - counted_by(statement)
        made |= {symbol.get_name() for symbol in symbols if symbol.is_assigned() and not symbol.is_imported()}
    return Names(used, made, changed=set(filter(None, map(whole_of, acted_on(ast.parse(code))))))


def counted_by(statement: ast.stmt) -> set[str]:
    """The names that a loop sets before its body looks them up."""
    targets = ast.walk(statement.target) if isinstance(statement, ast.For) else ()
    return {part.id for part in targets if isinstance(part, ast.Name)}


def acted_on(cell: ast.Module) -> Iterator[ast.expr]:
    """What is called for its effect, and what is assigned to."""
    for statement in ast.walk(cell):
        match statement:
            case ast.Expr(ast.Call(called)) | ast.Expr(ast.Await(ast.Call(called))):
                yield called
            case ast.Assign(targets):
                yield from targets


def whole_of(part: ast.expr) -> str | None:
    """`a` for `a.b.c` or `a.b[1]`, and nothing for a mere name."""
    inner = part
    while isinstance(inner, (ast.Attribute, ast.Subscript)):
        inner = inner.value
    return inner.id if inner is not part and isinstance(inner, ast.Name) else None


def tables(table: symtable.SymbolTable) -> Iterator[symtable.SymbolTable]:
    """A symbol table and those of the functions in it."""
    yield table
    for child in table.get_children():
        yield from tables(child)


def what_answers_reach(notebook: NotebookNode) -> NotebookNode:
    """The stubs, the cells that use an answer or what comes of one, and the cells that any of these builds on.

    The cell that begins a chapter seeds its random numbers. Of all other cells only the imports stay.
    """
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    answers = {cell.id: name for cell, _, name in stubs(notebook)}
    imported = {name for cell in cells for name in imported_by(cell.source)}
    reached: set[str] = set()
    wanted = {
        place for place, cell in enumerate(cells) if spreads(cell.source, answers.get(cell.id), reached, imported)
    }
    needed = set()
    for place, each in reversed([*enumerate(names_in(cell.source) for cell in cells)]):
        if place in wanted or (each.made | each.changed) & needed or SEEDING in each.used:
            wanted.add(place)
            needed = needed - each.made | each.used
    kept = [cell.source if place in wanted else imports_of(cell.source) for place, cell in enumerate(cells)]
    return new_notebook(cells=[new_code_cell(source) for source in kept if source], metadata=notebook.metadata)


def spreads(code: str, answer: str | None, reached: set[str], imported: set[str]) -> bool:
    """Whether a cell gives `answer`, or uses a name of `reached`.

    What a statement makes or changes that does so is reached from there on, and what another makes anew no longer is.
    """
    found = False
    for statement in ast.parse(code).body:
        names = names_in(ast.unparse(statement))
        if names.used & reached or answer in names.made:
            found = True
            reached |= names.made | names.changed - imported
        else:
            reached -= names.made
    return found


def imported_by(code: str) -> Iterator[str]:
    """The names that a cell imports: modules, functions and classes, which hold no answer."""
    for statement in ast.walk(ast.parse(code)):
        for alias in statement.names if isinstance(statement, IMPORT) else ():
            yield alias.asname or alias.name.partition(".")[0]


def imports_of(source: str) -> str:
    return "\n".join(ast.unparse(each) for each in ast.parse(source).body if isinstance(each, IMPORT))


def shortened(notebook: NotebookNode, name: str) -> NotebookNode:
    for rounds, fewer in SHORTER.get(name, {}).items():
        assert any(rounds in cell.source for cell in notebook.cells)
        for cell in notebook.cells:
            cell.source = cell.source.replace(rounds, fewer)
    return notebook


def said_by(cell: NotebookNode) -> str:
    """What the last line of a cell shows."""
    return next(output.data["text/plain"] for output in cell.outputs if output.output_type == "execute_result")


@by_chapter
def test_a_chapter_asks_every_exercise_of_its_bank_once_and_in_order(name):
    asked = [(number, answer) for _, number, answer in stubs(read(COURSE / name))]
    assert asked == [(exercise.number, exercise.name) for exercise in exercises_of(name)]


@by_chapter
def test_a_stored_chapter_is_without_answers(name):
    said = [said_by(cell) for cell, _, _ in stubs(read(COURSE / name))]
    assert [text for text in said if f": {Standing.NOT_ATTEMPTED}." not in text] == []


@by_chapter
def test_each_way_that_a_solution_shows_needs_no_more_than_it_shows_and_the_chapter_has_by_then(name):
    notebook = read(COURSE / name)
    for cell, number, answer in stubs(notebook):
        above = [each.source for each in notebook.cells[: notebook.cells.index(cell)] if each.cell_type == "code"]
        known = bound_by("\n".join(above)) | bound_by(cell.source) - {answer} | set(dir(builtins))
        for way in teaching.solution(number).code.split("# Another way\n"):
            used = set().union(*(statement.uses for statement in statements_of(way)))
            assert used - bound_by(way) - known == set(), number


def bound_by(code: str) -> set[str]:
    return set().union(*(statement.binds for statement in statements_of(code)))


def statements_of(code: str) -> list[Statement]:
    return [Statement(0, node) for node in ast.parse(code).body]


def assert_all_correct(notebook: NotebookNode, name: str) -> None:
    assert find_errors(notebook) == []
    correct = [said_by(cell).startswith(SIGNS[Standing.CORRECT]) for cell, _, _ in stubs(notebook)]
    assert correct == [True] * len(exercises_of(name))


@pytest.fixture(scope="module")
def solved() -> dict[str, NotebookNode]:
    """What answers reach in every chapter, run with the reference answers.

    It takes one kernel, which forgets all names after each chapter: to start another takes longer than most of these.
    """
    chapters = {name: read(COURSE / name) for name in CHAPTERS}
    for notebook in chapters.values():
        solve(notebook)
    slices = {name: shortened(what_answers_reach(notebook), name) for name, notebook in chapters.items()}
    cells = [cell for each in slices.values() for cell in (*each.cells, new_code_cell(FORGET))]
    with forked_kernels():
        execute(new_notebook(cells=cells), COURSE)
    return slices


@pytest.mark.slow
@by_chapter
def test_what_answers_reach_runs_with_the_reference_answers_and_every_check_says_correct(name, solved):
    assert_all_correct(solved[name], name)


@pytest.mark.long
@by_chapter
def test_a_chapter_with_the_reference_answers_runs_and_every_check_says_correct(name):
    notebook = read(COURSE / name)
    solve(notebook)
    started = time.perf_counter()
    execute(notebook, COURSE)
    assert_all_correct(notebook, name)
    assert time.perf_counter() - started < LONGEST_CHAPTER


@pytest.mark.long
@by_chapter
def test_a_chapter_goes_on_with_answers_that_are_arrays_of_numpy_in_double_precision_or_texts_in_capitals(name):
    notebook = read(COURSE / name)
    solve(notebook, in_numpy=True)
    reached = shortened(what_answers_reach(notebook), name)
    execute(reached, COURSE)
    assert find_errors(reached) == []


# The replacement itself


STUB = '''from gancore.lessons.teaching import check

def half(x):
    """Half of x."""
    ...


other = 3  # half = ...
check("99.1", half)'''


def test_a_stub_is_replaced_and_the_rest_of_its_cell_stays():
    answer = "def half(x):\n    return x / 2"
    assert replace_stub(STUB, "half", answer) == re.sub(
        r"def half.*?\.\.\.$", answer, STUB, flags=re.DOTALL | re.MULTILINE
    )
    assert (
        replace_stub("a = 1\nv = [\n  ...,\n]  # dots\ncheck('1.1', v)", "v", "v = 2")
        == "a = 1\nv = 2\ncheck('1.1', v)"
    )


@pytest.mark.parametrize("source", ["check('99.1', half)", "half = 1\nhalf = 2", "if True:\n    half = 1"])
def test_a_stub_that_cannot_be_told_is_an_error(source):
    with pytest.raises(AssertionError, match="statements define half"):
        replace_stub(source, "half", "half = 0.5")


def test_a_wrong_answer_in_a_chapter_is_seen():
    source = 'from gancore.lessons.teaching import check\n\nslope = 1\n\ncheck("0.3", slope)'
    notebook = new_notebook(cells=[new_code_cell(source), new_code_cell(source.replace("= 1", "= -1 / 2"))])
    execute(notebook, COURSE)
    assert [said_by(cell)[0] for cell, _, _ in stubs(notebook)] == [SIGNS[Standing.NOT_YET], SIGNS[Standing.CORRECT]]


@by_chapter
def test_what_answers_reach_begins_with_the_seeds_of_the_chapter(name):
    kept = [cell.source for cell in what_answers_reach(read(COURSE / name)).cells]
    assert sum("begin(seed=" in source for source in kept) == 1


def test_what_has_to_do_with_an_answer_is_run_and_nothing_else():
    sources = (
        "from gancore.lessons.teaching import check\nimport math",
        "long = [0] * 10",
        "base = total = [0]",
        "base = [1]",
        "base.append(2)",
        "from math import pi\nlong.append(pi)",
        "other = base[0]",
        "total = sum(base)\ncheck('99.1', total)",
        "twice = 2 * total",
        "long.append(3)",
        "assert twice == 6",
        "beside = [1]\nbeside_an_answer = [twice]\nrows = []\nrows.append(twice)",
        "print(beside)",
        "print(rows)",
    )
    notebook = new_notebook(cells=[new_code_cell(source) for source in sources])
    kept = [cell.source for cell in what_answers_reach(notebook).cells]
    assert kept == [sources[0], *sources[3:5], "from math import pi", *sources[7:9], *sources[10:12], sources[13]]
