"""Slides of a chapter: a column for each section, the gist on the slide and the chapter's own words in the notes.

Figures, formulas, lists, tables and tasks are kept, and tables that cells print. Of code there is what an exercise
gives and what the chapter prints as the package's own. A prediction is a slide of its own, before what comes out. What
is taller than a slide is parted.
"""

import base64
import html
import io
import re
from dataclasses import dataclass, field

from PIL import Image

from gancore.lessons.grading.submission import text_of
from gancore.lessons.kit.blocks import CODE_LINE, TALLEST, WIDEST, blocks_of, gist_of, height, is_prose, parted, plain
from gancore.lessons.kit.chapters import Chapter
from gancore.lessons.kit.rendering import as_html
from gancore.lessons.predictions.kinds import find_prediction

MOST_CODE = 20  # lines of code on a slide
TITLE = 2.0  # lines that a heading on a slide takes
MOST_PRINTED = 4  # lines under a figure; more of them are a table, or code
WIDEST_PRINTED = 95  # characters in a line of those
LEAST = 16  # pixels of a figure: a view that shows nothing before it is used has a stand-in of one
LEFT_OUT = ("Check yourself",)  # sections that are for a reader alone
PREDICT = re.compile(r"^predict\(\"(\w+)\"\)", re.MULTILINE)
CHECK = re.compile(r"^check\(", re.MULTILINE)
EXERCISE = re.compile(r"#+ Exercise (\d+\.\d+)")
PICTURE = re.compile(r"<img [^>]*>")
ASK = "Ask before you go on: everybody settles on one answer, then hands up for each. Note the counts."


@dataclass
class Slide:
    """Blocks of HTML under a heading, and what the speaker says. `lines` is how tall it is, in lines of text."""

    heading: str
    blocks: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    lines: float = 0

    def as_html(self) -> str:
        aside = "".join(f"<p>{html.escape(note)}</p>" for note in self.notes)
        body = "\n".join(self.blocks)
        return f'<section>{self.heading}\n{body}\n<aside class="notes">{aside}</aside></section>'


@dataclass
class Column:
    """A section: its slides, from above to below."""

    title: str
    level: int = 2
    slides: list[Slide] = field(default_factory=list)

    @property
    def heading(self) -> str:
        return f"<h{self.level}>{as_html(self.title, inline=True)}</h{self.level}>"

    def put(self, block: str, lines: float, alone: bool = False) -> None:
        """Add a block to the last slide, or to a new one where there is no room."""
        if not self.slides or alone or self.slides[-1].lines + lines > TALLEST:
            self.slides.append(Slide(self.heading))
        self.slides[-1].blocks.append(block)
        self.slides[-1].lines += TALLEST if alone else lines

    def say(self, note: str) -> None:
        if not self.slides:
            self.slides.append(Slide(self.heading))
        self.slides[-1].notes.append(note)

    def as_html(self) -> str:
        return "<section>\n" + "\n".join(slide.as_html() for slide in self.slides) + "\n</section>"


def columns_of(chapter: Chapter) -> list[Column]:
    """The chapter, section by section; its quiz, the list of predictions and its proofs are left out."""
    columns: list[Column] = []
    for cell in chapter.notebook["cells"]:
        text = text_of(cell)
        if cell["cell_type"] == "markdown":
            for part in re.split(r"^(?=##? )", text, flags=re.MULTILINE):
                if part.startswith("#") and not part.startswith("###"):
                    first, _, part = part.partition("\n")
                    columns.append(Column(first.lstrip("# "), 1 if first.startswith("# ") else 2))
                if part.strip():
                    put_text(columns[-1], part)
        elif "proof" not in cell["metadata"].get("tags", []):
            put_code(columns[-1], text, cell)
    return [column for column in columns if column.slides and column.title not in LEFT_OUT]


def put_text(column: Column, text: str) -> None:
    """The gist of a cell of text. A task is there as it is."""
    gist = True
    is_task = bool(EXERCISE.search(text))
    for block in blocks_of(text):
        if block.startswith(("←", "→")):
            continue  # to the chapters before and after
        if block.startswith("#"):
            column.put(f"<p><strong>{as_html(block.lstrip('# '), inline=True)}</strong></p>", TALLEST / 2)
            column.slides[-1].lines = TITLE
        elif is_prose(block):
            shown = block if is_task else gist_of(block) if gist else ""
            if shown:
                column.put(as_html(shown), height(shown))
            if not is_task:
                column.say(plain(block))
            gist = False
        else:
            for part in parted(block):
                column.put(as_html(part), height(part))


def put_code(column: Column, text: str, cell: dict) -> None:
    """A prediction, the stub of an exercise, code of the package, figures, tables."""
    for number in PREDICT.findall(text):
        put_prediction(column, number)
    if CHECK.search(text):
        shown = "\n".join(line for line in text.splitlines() if not line.startswith(("from ", "import "))).strip()
        column.put(as_html(f"```python\n{shown}\n```"), CODE_LINE * len(shown.splitlines()) + 1)
        return
    for output in cell["outputs"]:
        data = output.get("data", {})
        if "image/png" in data and is_to_see(data["image/png"]):
            put_picture(column, data, printed_by(cell))
        elif "".join(data.get("text/markdown", "")).startswith("```"):
            put_listing(column, "".join(data["text/markdown"]))
    if not any("image/png" in output.get("data", {}) for output in cell["outputs"]):
        put_printed(column, printed(cell))


def put_prediction(column: Column, number: str) -> None:
    prediction = find_prediction(number)
    answers = "\n".join(f"- {answer}" for answer in prediction.answers_in_words())
    question = as_html(prediction.question)
    column.put(f'<div class="foresee">{question}</div>{as_html(answers)}', TALLEST, alone=True)
    column.say(ASK)
    column.say(f"Prediction {number}: {plain(prediction.question)}")


def is_to_see(picture: str | list[str]) -> bool:
    """Whether a figure, as base64, is large enough to show anything."""
    return min(Image.open(io.BytesIO(base64.b64decode("".join(picture)))).size) >= LEAST


def put_picture(column: Column, data: dict, printed: list[str]) -> None:
    """A figure with its alternative text, and under it what its cell printed."""
    found = PICTURE.search("".join(data.get("text/html", "")))
    alt = re.search(r'alt="([^"]*)"', found[0]) if found else None
    picture = "".join(data["image/png"]).replace("\n", "")
    kind = ' class="captioned"' if printed else ""
    image = f'<img{kind} alt="{alt[1] if alt else "A figure of the chapter"}" src="data:image/png;base64,{picture}">'
    caption = f"<pre>{html.escape(chr(10).join(printed))}</pre>" if printed else ""
    column.put(image + caption, TALLEST, alone=True)
    if alt:
        column.say(html.unescape(alt[1]))


def printed(cell: dict) -> list[str]:
    text = "".join("".join(output["text"]) for output in cell["outputs"] if output.get("name") == "stdout")
    return text.splitlines()


def printed_by(cell: dict) -> list[str]:
    """What a cell prints, where that is short enough to stand under its figure."""
    lines = printed(cell)
    return lines if len(lines) <= MOST_PRINTED and all(len(line) <= 2 * WIDEST for line in lines) else []


def put_printed(column: Column, lines: list[str]) -> None:
    """What a cell prints, where that is a table or code, and fits on a slide."""
    if MOST_PRINTED < len(lines) <= MOST_CODE and all(len(line) <= WIDEST_PRINTED for line in lines):
        column.put(f"<pre>{html.escape(chr(10).join(lines))}</pre>", CODE_LINE * len(lines))


def put_listing(column: Column, text: str) -> None:
    """Code that the chapter prints, in parts that fit on a slide."""
    lines = text.strip().splitlines()[1:-1]
    for start in range(0, len(lines), MOST_CODE):
        part = "\n".join(lines[start : start + MOST_CODE])
        column.put(as_html(f"```python\n{part}\n```"), TALLEST, alone=True)
