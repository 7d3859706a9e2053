"""Which part of a notebook its answers depend on, so that grading it takes seconds and not the minutes of its chapter.

A definition, an import, a constant and a `load…` run by themselves where an answer needs them. Whatever else binds a
name that is needed brings its whole cell along, and every later cell that names it, since a model that is trained three
cells further down is another one.
"""

import ast
import re
import symtable
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import Enum, auto
from functools import cached_property

CHECK = "check"
LOADS = "load"  # what a call begins with that may run by itself
OF_PYTHON = {"dict", "float", "frozenset", "int", "len", "list", "range", "set", "str", "tuple"}
PLAIN_CALLS = OF_PYTHON | {"tensor", "Tensor", "yours"}
NOT_PYTHON = ("%", "!", "?")  # what a line of IPython's own begins with
HELP = re.compile(r"[^\s#'\"]+\?")  # asks for help, as `softplus?` does
WHOLE_CELL = "%%"  # heads a cell that IPython gives to something else
RUN_AS_EVER = re.compile(r"%%(time|capture|prun)\b")  # but for these


class Kind(Enum):
    """How much a statement brings along."""

    FIXED = auto()  # an import, a definition, something loaded: nobody changes it afterwards
    CONSTANT = auto()  # plain values, which later statements may change in place
    WORK = auto()  # anything else


@dataclass(frozen=True, eq=False)
class Statement:
    """A statement at the top of a cell; cells are counted from 1, code cells only, as JupyterLab's numbers do."""

    cell: int
    node: ast.stmt

    @cached_property
    def table(self) -> symtable.SymbolTable:
        return symtable.symtable(ast.unparse(self.node), "cell", "exec")

    @cached_property
    def binds(self) -> set[str]:
        """Names that it gives a value."""
        symbols = self.table.get_symbols()
        return {each.get_name() for each in symbols if each.is_assigned() or each.is_imported() or each.is_namespace()}

    @cached_property
    def uses(self) -> set[str]:
        """Names outside it that it, or a function in it, asks for."""
        own = {each.get_name() for each in self.table.get_symbols() if each.is_referenced()}
        return own | set(globals_of(self.table.get_children()))

    @cached_property
    def changes(self) -> set[str]:
        """Names whose value it may change in place: `a[0] = 1`, `a.b = 1`, `a += 1`, `a.append(1)`."""
        if isinstance(self.node, ast.Expr) and isinstance(self.node.value, ast.Call):
            return {root_of(self.node.value.func)} - {""}
        targets = getattr(self.node, "targets", [getattr(self.node, "target", None)])
        parts = {root_of(target) for target in targets if isinstance(target, (ast.Subscript, ast.Attribute))}
        return (parts | (self.binds if isinstance(self.node, ast.AugAssign) else set())) - {""}

    @cached_property
    def kind(self) -> Kind:
        if isinstance(self.node, DEFINITIONS + IMPORTS):
            return Kind.FIXED
        value = getattr(self.node, "value", None) if isinstance(self.node, ASSIGNMENTS) else None
        if value is None:
            return Kind.WORK
        calls = {called(each) for each in ast.walk(value) if isinstance(each, ast.Call)}
        if isinstance(value, ast.Lambda) or (calls and all(name.startswith(LOADS) for name in calls)):
            return Kind.FIXED
        return Kind.CONSTANT if calls <= PLAIN_CALLS else Kind.WORK

    @property
    def is_late(self) -> bool:
        """Whether what its functions use is looked up only when an answer is asked."""
        return isinstance(self.node, DEFINITIONS) or isinstance(getattr(self.node, "value", None), ast.Lambda)

    @cached_property
    def at_once(self) -> set[str]:
        """Names that it asks for where it stands: all, or of what is late its defaults, annotations and bases."""
        if not self.is_late:
            return self.uses
        own = {each.get_name() for each in self.table.get_symbols() if each.is_referenced()}
        return own.union(*map(asked_by_body, self.table.get_children()))

    @property
    def rebinds(self) -> bool:
        """Whether the names that it binds have nothing to do with what they were before."""
        return isinstance(self.node, DEFINITIONS + IMPORTS + (ast.Assign, ast.AnnAssign))


DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
IMPORTS = (ast.Import, ast.ImportFrom)
ASSIGNMENTS = (ast.Assign, ast.AnnAssign, ast.AugAssign)


def globals_of(tables: Sequence[symtable.SymbolTable]) -> Iterator[str]:
    """Names that functions look up outside themselves."""
    for table in tables:
        yield from (each.get_name() for each in table.get_symbols() if each.is_global() and each.is_referenced())
        yield from globals_of(table.get_children())


def asked_by_body(table: symtable.SymbolTable) -> set[str]:
    """Names that the body of a class asks for while it is made; what a function asks for comes later."""
    if not isinstance(table, symtable.Class):
        return set()
    own = {each.get_name() for each in table.get_symbols() if each.is_global() and each.is_referenced()}
    return own.union(*map(asked_by_body, table.get_children()))


def root_of(node: ast.expr) -> str:
    """`a` of `a.b[c].d`; nothing of a plain name or a call's result."""
    inner = node
    while isinstance(inner, (ast.Attribute, ast.Subscript)):
        inner = inner.value
    return inner.id if isinstance(inner, ast.Name) and inner is not node else ""


def called(call: ast.Call) -> str:
    """The last part of what a call calls, such as `tensor` of `torch.tensor(…)`."""
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "?")


@dataclass(frozen=True)
class Check:
    """That an exercise is checked: its number, the answer in the reader's words, and where that stands.

    `place` is that of its statement among all of them; `plain` is whether the statement is nothing but the check.
    """

    number: str
    answer: ast.expr
    cell: int
    place: int
    plain: bool


@dataclass
class Script:
    """What can be read of a notebook: its statements, what it checks, and the cells that were left out.

    `broken` are no Python, `others` are for IPython to give to something else; each has a sentence.
    """

    statements: list[Statement] = field(default_factory=list)
    checks: dict[str, Check] = field(default_factory=dict)
    broken: dict[int, str] = field(default_factory=dict)
    others: dict[int, str] = field(default_factory=dict)

    def needed(self, names: set[str], place: int) -> set[int]:
        """The places of all statements before `place` that give `names` their values there."""
        found: set[int] = set()
        todo = [(name, place) for name in names]
        seen = set(todo)
        while todo:
            name, before = todo.pop()
            for at in self.sources(name, before):
                found.add(at)
                each = self.statements[at]
                late = {(used, before) for used in each.uses} if each.is_late else set()
                new = (late | {(used, at) for used in each.at_once | each.changes}) - seen
                seen |= new
                todo += new
        return found

    def sources(self, name: str, before: int) -> set[int]:
        """The places of the statements before `before` that give `name` its value there, with the cells they bring."""
        places: list[int] = []
        kind = Kind.FIXED
        for at in reversed(range(before)):
            each = self.statements[at]
            if name in each.binds and not isinstance(each.node, ast.AugAssign):
                places.append(at)
                kind = max(kind, each.kind, key=lambda one: one.value)
                if each.rebinds:
                    break
        if not places:
            return set()
        first = places[-1]
        between = [at for at in range(first + 1, before) if self.follows(self.statements[at], name, kind)]
        return self.whole({*places, *between}, before)

    def follows(self, statement: Statement, name: str, kind: Kind) -> bool:
        """Whether a statement after the one that binds `name` may make another value of it."""
        if kind is Kind.WORK:
            work = statement.kind is Kind.WORK and not isinstance(statement.node, ast.Assert)
            return work and name in statement.uses
        if kind is Kind.CONSTANT:
            return name in statement.changes or (hasattr(statement.node, "body") and name in statement.uses)
        return name in statement.changes and not isinstance(statement.node, ast.Expr)

    def whole(self, places: set[int], before: int) -> set[int]:
        """These places, and of those that are work the rest of their cell."""
        cells = {self.statements[at].cell for at in places if self.statements[at].kind is Kind.WORK}
        return places | {at for at in range(before) if self.statements[at].cell in cells}

    def definitions(self, name: str) -> list[int]:
        """The cells that define `name` as an answer: by a function or by plain values."""
        cells = [each.cell for each in self.statements if name in each.binds and each.kind is not Kind.WORK]
        return sorted(set(cells))


def read_script(cells: Sequence[str]) -> Script:
    """What can be read of the code cells of a notebook."""
    script = Script()
    for number, text in enumerate(cells, start=1):
        magic = other_cell(text)
        if magic:
            script.others[number] = (
                f"Cell {number} begins with `{magic}`, which grading does not run, and was left out."
            )
            continue
        try:
            statements = [Statement(number, node) for node in parsed(text).body]
            for each in statements:
                _ = each.uses, each.binds  # what Python cannot compile shows itself here
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            script.broken[number] = told_broken(number, error)
            continue
        for each in statements:
            note_checks(script, each)
            script.statements.append(each)
    return script


def told_broken(number: int, error: BaseException) -> str:
    line = f" in line {error.lineno}" if isinstance(error, SyntaxError) and error.lineno else ""
    said = error.msg if isinstance(error, SyntaxError) else type(error).__name__
    return f"Cell {number} is no Python{line} ({said}), and was left out."


def other_cell(text: str) -> str:
    """What a cell begins with that is not for the notebook's own Python to run, such as `%%bash`; mostly nothing."""
    lines = (line.strip() for line in text.splitlines())
    first = next((line for line in lines if line and not RUN_AS_EVER.match(line)), "")
    return first.split()[0] if first.startswith(WHOLE_CELL) else ""


def parsed(text: str) -> ast.Module:
    """A cell, and where Python alone does not understand it, the same without what only IPython does."""
    try:
        return ast.parse(text)
    except SyntaxError:
        return ast.parse("\n".join(map(without_magic, text.splitlines())))


def without_magic(line: str) -> str:
    """A line, and in place of one that only IPython understands `pass`, so that every line stays where it is."""
    own = line.strip()
    if own.startswith(NOT_PYTHON) or HELP.fullmatch(own):
        return f"{line[: len(line) - len(line.lstrip())]}pass"
    return line


def note_checks(script: Script, statement: Statement) -> None:
    """Remember what the statement checks. The last check counts, and one that stands by itself more than another."""
    if isinstance(statement.node, DEFINITIONS):
        return
    for number, answer in checks_in(statement.node):
        plain = isinstance(statement.node, ast.Expr)
        known = script.checks.get(number)
        if known is None or plain or not known.plain:
            script.checks[number] = Check(number, answer, statement.cell, len(script.statements), plain)


def checks_in(node: ast.stmt) -> Iterator[tuple[str, ast.expr]]:
    """The number and the answer of every `check("5.1", answer)` in a statement."""
    for each in ast.walk(node):
        if isinstance(each, ast.Call) and called(each) == CHECK and len(each.args) + len(each.keywords) == 2:
            given = {"number": None, "answer": None} | {word.arg: word.value for word in each.keywords}
            given |= dict(zip(("number", "answer"), each.args, strict=False))
            if isinstance(given["number"], ast.Constant) and given["answer"] is not None:
                yield str(given["number"].value).strip(), given["answer"]


def names_in(expression: ast.expr) -> set[str]:
    """The names that an expression asks for."""
    return Statement(0, ast.Expr(expression)).uses


def only(node: ast.stmt, names: set[str]) -> ast.stmt:
    """An import of no more than what is needed: bringing a picture's library along takes a second."""
    if isinstance(node, ast.ImportFrom):
        kept = [each for each in node.names if each.name == "*" or (each.asname or each.name) in names]
        return ast.copy_location(ast.ImportFrom(node.module, kept or node.names, node.level), node)
    return node
