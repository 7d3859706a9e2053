"""A chapter's text in parts: which are prose, the gist of a paragraph, and how tall a part is on a slide."""

import re
from collections.abc import Iterator
from math import ceil

TALLEST = 12.5  # lines of text under a slide's heading
WIDEST = 60  # characters in such a line
SQUEEZED = 3  # lines more of a list or a table, which is set smaller rather than parted for them
CODE_LINE = 0.75  # of a line of text, since code is set smaller
FORMULA, FORMULA_LINE = 3.5, 1.5  # lines that a formula takes, and each more of its own
BETWEEN = 0.7  # lines of space between two parts
TABLE = 1.35  # as many characters fit in a line of a table, which is set smaller
GIST = 320  # characters of a paragraph that a room reads while it listens
SENTENCE = re.compile(r"(?:(?<=[.?!:])|(?<=[.?!]\)))\s+(?=\S)")
HERE, ABOVE = r"(?!https?:)", r"\.\./"  # how a link begins to another chapter, or to the package beside the course


def blocks_of(text: str) -> list[str]:
    """The parts of a text between empty lines; code and formulas stay whole."""
    parts = re.findall(r"```.*?```|\$\$.*?\$\$|(?:(?!```|\$\$)[^\n]+(?:\n|$))+", text, re.DOTALL)
    return [part.strip() for part in parts if part.strip()]


def is_prose(block: str) -> bool:
    return not re.match(r"[-*] |\d+\. |\||```|\$\$|>|!\[", block)


def gist_of(block: str) -> str:
    """The first sentences of a paragraph, as many as a slide should have."""
    first, *others = SENTENCE.split(block)
    for sentence in others:
        if len(first) + len(sentence) > GIST and not is_open(first):
            break
        first += f" {sentence}"
    return first


def is_open(text: str) -> bool:
    """Whether something has begun in `text` and not ended: a mark, a bracket, or what a colon announces."""
    marks = any(text.count(mark) % 2 for mark in ("**", "`", "$"))
    return marks or text.count("(") > text.count(")") or text.endswith(":")


def without_links(text: str, to: str = HERE) -> str:
    """The words of links alone, where what they lead to is not there; brackets around nothing but a link go as well."""
    link = rf"(?<!!)\[([^]]+)\]\({to}[^)]*\)"
    return re.sub(link, r"\1", re.sub(rf" \({link}\)", "", text))


def plain(text: str) -> str:
    return re.sub(r"[*`$]", "", without_links(text))


def height(block: str) -> float:
    """How many lines of a slide a block of Markdown takes."""
    lines = block.splitlines()
    if block.startswith("```"):
        return CODE_LINE * len(lines)
    if block.startswith("$$"):
        return FORMULA + FORMULA_LINE * block.count(r"\\")
    if block.startswith("|"):
        columns = max(1, lines[0].count("|") - 1)
        wide = WIDEST * TABLE / columns
        return sum(max(ceil(len(cell) / wide) for cell in line.split("|")) for line in lines) + BETWEEN
    return BETWEEN + sum(ceil(len(plain(line)) / WIDEST) for line in lines)


def parted(block: str) -> Iterator[str]:
    """A list or a table in parts that fit on a slide."""
    lines = block.splitlines()
    head, rows = (lines[:2], lines[2:]) if block.startswith("|") else ([], items_of(lines))
    if block.startswith(("```", "$$")) or height(block) <= TALLEST + SQUEEZED or len(rows) < 2:
        yield block
        return
    part: list[str] = []
    for row in rows:
        if part and height("\n".join([*head, *part, row])) > TALLEST:
            yield "\n".join([*head, *part])
            part = []
        part.append(row)
    yield "\n".join([*head, *part])


def items_of(lines: list[str]) -> list[str]:
    """Each item of a list with the lines that go on with it."""
    items: list[str] = []
    for line in lines:
        if items and not re.match(r"[-*] |\d+\. ", line):
            items[-1] += f"\n{line}"
        else:
            items.append(line)
    return items
