"""Writes api.md, what `from gancore import …` offers, from the code and its docstrings.

`python course/api.py` does.
"""

import ast
import inspect
import textwrap
from collections.abc import Mapping
from dataclasses import is_dataclass

from execute import COURSE

import gancore

PAGE = COURSE / "api.md"
WIDEST = 100  # characters of a signature in one line
BEGINNING = """# What gancore offers

These names are what chapters use most: `from gancore import begin, check`. Each is \
loaded when it is first asked for.
What stands here is what the code says of itself; `python course/api.py` writes it anew.
"""


def describe(name: str) -> str:
    """The section about a public name."""
    thing = getattr(gancore, name)
    told = (
        by_key(thing)
        if isinstance(thing, Mapping)
        else as_code(thing) + inspect.getdoc(thing) + methods(thing)
    )
    return f"## {name}\n\nFrom `{gancore.NAMES[name]}`.\n\n{told}\n"


def by_key(things: Mapping) -> str:
    """A dictionary of things that have a summary."""
    return "\n".join(f"- `{key!r}`: {thing.summary}" for key, thing in things.items())


def as_code(thing: object) -> str:
    """How a function or class is called, or of a dataclass its fields as the source has
    them."""
    source = textwrap.dedent(inspect.getsource(thing))
    (node,) = ast.parse(source).body
    code = fields(node, source) if is_dataclass(thing) else call(node)
    return f"```python\n{code}\n```\n\n"


def fields(node: ast.ClassDef, source: str) -> str:
    """The fields of a dataclass, comments included."""
    found = [child for child in node.body if isinstance(child, ast.AnnAssign)]
    lines = source.splitlines()[found[0].lineno - 1 : found[-1].end_lineno]
    return textwrap.dedent("\n".join(lines))


def call(node: ast.FunctionDef | ast.ClassDef, name: str = "") -> str:
    """The name with its arguments and what comes back; a class is called as its
    `__init__` is."""
    if isinstance(node, ast.ClassDef):
        (init,) = (
            child
            for child in node.body
            if isinstance(child, ast.FunctionDef) and child.name == "__init__"
        )
        return call(init, node.name).removesuffix(" -> None")
    arguments = [part for part in split(node.args) if part != "self"]
    name = name or node.name
    returns = " -> " + ast.unparse(node.returns).strip("'") if node.returns else ""
    line = f"{name}({', '.join(arguments)}){returns}"
    return (
        line
        if len(line) <= WIDEST
        else f"{name}(\n    " + ",\n    ".join(arguments) + f",\n){returns}"
    )


def split(arguments: ast.arguments) -> list[str]:
    """The arguments one by one, as they are written in a definition."""
    plain = [*arguments.posonlyargs, *arguments.args]
    defaults = [None] * (len(plain) - len(arguments.defaults)) + arguments.defaults
    parts = [with_default(*pair) for pair in zip(plain, defaults, strict=True)]
    if arguments.vararg or arguments.kwonlyargs:
        parts.append(f"*{ast.unparse(arguments.vararg)}" if arguments.vararg else "*")
    return parts + [
        with_default(*pair)
        for pair in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
    ]


def with_default(argument: ast.arg, default: ast.expr | None) -> str:
    return ast.unparse(argument) + (f" = {ast.unparse(default)}" if default else "")


def methods(thing: object) -> str:
    """The public methods that a class defines itself, with the first paragraph about
    each."""
    if not inspect.isclass(thing):
        return ""
    found = [
        (name, each)
        for name, each in vars(thing).items()
        if inspect.isfunction(each) and name[0] != "_"
    ]
    lines = [
        f"- `{name}`: {first_paragraph(each)}" for name, each in found if each.__doc__
    ]
    return "\n\n" + "\n".join(lines) if lines else ""


def first_paragraph(thing: object) -> str:
    return inspect.getdoc(thing).split("\n\n")[0]


def page() -> str:
    """The whole page."""
    return "\n".join([BEGINNING, *map(describe, gancore.NAMES)])


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
