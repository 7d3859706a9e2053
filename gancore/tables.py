"""Tables as a notebook shows them: rows of text in aligned columns, or as HTML with a caption."""

import html
from collections.abc import Collection, Sequence

Row = Sequence[str]

STYLE = """<style>
.gancore-table table { border-collapse: collapse; font-size: 12px; }
.gancore-table caption { text-align: left; padding: 0.3em 0; }
.gancore-table :is(th, td) { padding: 0.1em 0.5em 0.1em 0; text-align: right; font-weight: normal; }
.gancore-table td { white-space: nowrap; }
.gancore-table :is(th, td):first-child { text-align: left; }
.gancore-table thead th { border-bottom: 1px solid; vertical-align: bottom; }
</style>"""


def as_text(rows: Sequence[Row], numbers: Collection[int] | None = None) -> str:
    """`rows`, the first of them headings, in aligned columns.

    Those at `numbers` keep to the right; where none are given, all but the first do.
    """
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    right = range(1, len(widths)) if numbers is None else numbers
    lines = (
        "  ".join(
            cell.rjust(width) if place in right else cell.ljust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in rows
    )
    return "\n".join(line.rstrip() for line in lines)


def as_html(rows: Sequence[Row], caption: str) -> str:
    """`rows`, the first of them headings, under `caption`."""
    headings, *others = [[html.escape(cell) for cell in row] for row in rows]
    head = "".join(f'<th scope="col">{name}</th>' for name in headings)
    body = ""
    for name, *cells in others:
        body += f'<tr><th scope="row">{name}</th>{"".join(f"<td>{cell}</td>" for cell in cells)}</tr>'
    title = f"<caption>{html.escape(caption)}</caption>"
    table = f"<table>{title}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    return f'{STYLE}<div class="gancore-table">{table}</div>'
