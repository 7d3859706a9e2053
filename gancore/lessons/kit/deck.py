"""The file of a chapter's slides, and the reveal.js beside it, which needs no network."""

import html
from pathlib import Path
from string import Template

from pygments.formatters import HtmlFormatter

from gancore.lessons.kit.chapters import Chapter
from gancore.lessons.kit.slides import columns_of
from gancore.system.files import write_text

REVEAL = Path(__file__).parent / "reveal"
ASSETS = ("reveal.js", "reveal.css", "notes.js", "LICENSE")


def write_slides(chapter: Chapter, folder: Path) -> None:
    """Write the slides of `chapter` into `folder`, with all that they need beside them."""
    (folder / "reveal").mkdir(parents=True, exist_ok=True)
    for name in ASSETS:
        (folder / "reveal" / name).write_bytes((REVEAL / name).read_bytes())
    columns = columns_of(chapter)
    page = Template((REVEAL / "page.html").read_text(encoding="utf-8")).substitute(
        title=html.escape(columns[0].title),
        styles=HtmlFormatter(nobackground=True).get_style_defs(".highlight"),
        columns="\n".join(column.as_html() for column in columns),
    )
    write_text(folder / f"{chapter.path.stem}.html", page)
