"""What becomes of a stored notebook on its page: proofs are folded, what was to be foreseen waits for a click.

Nothing is run. Pictures go to files of their own, a view says how it becomes live, and a quiz is there to be taken.
"""

import base64
import html
import json
import re
from dataclasses import dataclass, field
from importlib import import_module
from itertools import count
from pathlib import Path

from nbformat import NotebookNode
from nbformat.v4 import new_output
from PIL import Image

from gancore.lessons.quizzes import Quiz, with_code
from gancore.lessons.teaching import load_bank

PROOF = "proof"
PREDICT = re.compile(r'^predict\("(\w+)"\)', re.MULTILINE)
QUIZ = re.compile(r'^quiz\("?(\d+)"?\)', re.MULTILINE)
LINKS = re.compile(r"\n+[←→].*\Z")  # to the chapters before and after, which every page has anyway
PICTURE = re.compile(r'<img alt="(?P<alt>[^"]*)" src="data:image/png;base64,(?P<data>[A-Za-z0-9+/=]+)">')
FILM_TITLE = re.compile(r"<h4>(.*?)</h4>")  # it does not know how deep in a chapter it is
WAITING = re.compile(r'<p>[^<]*</p><img alt="([^"]*)"[^>]* width="1" height="1"[^>]*>')  # nothing yet
SHOWN = {  # what is shown in place of that, in a file of the view's name
    "Scanner": "The spectrum of a slice, a quarter of whose lines is measured; then the slice zero-filled, as L1 and "
    "as the game complete it, and as it is."
}
VIEW_IMPORT = re.compile(r"^from (gancore\.widgets\.\w+) import (.+)$", re.MULTILINE)
MADE = re.compile(r"\b([A-Z]\w+)\(")
ADMITTED = re.compile(r'\bzoo\.admit\("([^"]+)"')
LOADED = re.compile(r'^(\w+) = load_pretrained\("(\w+)"\)$', re.MULTILINE)
FIRST_ARGUMENT = re.compile(r"\b[A-Z]\w+\((\w+)")
NOT_VIEWS = {"Live", "Film", "Route"}  # a report of training, a film that plays without a kernel, and no view at all
ONLY_HERE = {"latent_plane": "LatentPlane", "chain_film": "BoltzmannChain"}  # figures that become views on a page
IN_THE_LAB = "This is a picture; the view is live in JupyterLab."
WIDE = 700  # pixels; a wider picture has letters that a phone would make too small

Arguments = dict[str, int | str | list[int] | list[str] | dict[str, str]]


@dataclass
class Above:
    """What the cells so far have brought: views with their modules, shipped generators by name, the models of a zoo."""

    views: dict[str, str] = field(default_factory=dict)
    generators: dict[str, str] = field(default_factory=dict)
    models: list[str] = field(default_factory=list)

    def read(self, source: str) -> None:
        imported = {name: module for module, names in VIEW_IMPORT.findall(source) for name in names.split(", ")}
        self.views |= {name: module for name, module in imported.items() if name not in NOT_VIEWS}
        self.generators |= dict(LOADED.findall(source))
        self.models += ADMITTED.findall(source)


def as_page(notebook: NotebookNode, number: str, figures: Path) -> NotebookNode:
    """The notebook of chapter `number` as the site shows it; its pictures are written to the folder `figures`."""
    waiting = cells_to_wait(notebook)
    above = Above()
    for place, cell in enumerate(notebook.cells):
        proof = PROOF in cell.metadata.get("tags", ())
        cell.metadata = NotebookNode()
        if cell.cell_type == "code":
            above.read(cell.source)
            fold(cell, proof, place in waiting)
            show_outputs(cell, f"{number}-{place:02d}", figures, above)
    last = notebook.cells[-1]
    last.source = LINKS.sub("", last.source)
    return notebook


def cells_to_wait(notebook: NotebookNode) -> set[int]:
    """The places of the cells that show what `predict` asks for: from there to where `outcome` tells it."""
    waiting: set[int] = set()
    for place, cell in enumerate(notebook.cells):
        for number in PREDICT.findall(cell.source) if cell.cell_type == "code" else ():
            waiting.update(range(place + 1, end_of(notebook, place, number) + 1))
    return waiting


def end_of(notebook: NotebookNode, place: int, number: str) -> int:
    """The place of the cell that tells the outcome of prediction `number`; the next code cell where none does."""
    later = [i for i, cell in enumerate(notebook.cells) if i > place and cell.cell_type == "code"]
    told = [i for i in later if f'outcome("{number}"' in notebook.cells[i].source]
    return (told or later or [place])[0]


def fold(cell: NotebookNode, proof: bool, waits: bool) -> None:
    """A proof shows one line until it is opened; what was to be foreseen shows after a click."""
    if proof:
        cell.metadata.tags = ["hide-input"]
        cell.metadata.mystnb = {"code_prompt_show": "The proof, as it ran", "code_prompt_hide": "The proof, as it ran"}
    elif waits and cell.outputs:
        cell.metadata.tags = ["hide-output"]
        words = {"code_prompt_show": "Foreseen? Show what came out", "code_prompt_hide": "What came out"}
        cell.metadata.mystnb = words


def show_outputs(cell: NotebookNode, name: str, figures: Path, above: Above) -> None:
    """The outputs of a cell as HTML: pictures from files, the quiz, and a view as what stands in for it."""
    if asked := QUIZ.findall(cell.source):
        cell.outputs = [html_output(quiz_markup(int(asked[0])))]
        return
    view = view_of(cell.source, above)
    for number, output in enumerate(cell.outputs):
        if "text/html" not in output.get("data", {}):
            continue
        files = (figures / f"{name}-{number}-{place}.png" for place in count())
        markup, pictures = PICTURE.subn(
            lambda found, files=files: picture_markup(found, next(files)), output.data["text/html"]
        )
        if pictures and view:
            args = arguments(cell.source, output.data.get("text/plain", ""), above)
            markup, view = stand_in(markup, view, args, about(view, above)), ""
        output.data = NotebookNode({"text/html": FILM_TITLE.sub(r'<p class="gancore-title">\1</p>', markup)})


def html_output(markup: str) -> NotebookNode:
    return new_output("display_data", {"text/html": markup})


def picture_markup(found: re.Match, path: Path) -> str:
    """The picture in its own file, as an image that knows its size and is loaded when it comes into view."""
    path.write_bytes(base64.b64decode(found["data"]))
    with Image.open(path) as picture:
        width, height = picture.size
    size = f'width="{width}" height="{height}"' + (' class="gancore-wide"' if width > WIDE else "")
    return f'<img alt="{found["alt"]}" src="_static/figures/{path.name}" {size} loading="lazy">'


def view_of(source: str, above: Above) -> str:
    """The view that a cell makes, or that a page makes of its figure, by the name of its class; or nothing."""
    names = [name for name in MADE.findall(source) if name in above.views]
    names += [view for figure, view in ONLY_HERE.items() if f"show({figure}(" in source]
    return names[-1] if names else ""


def arguments(source: str, words: str, above: Above) -> Arguments:
    """What a view is given, as far as the cell writes it out: a number to write, two labels, seeds, who draws.

    What a view was moved to afterwards is in the `words` of its picture: the hand of a number.
    """
    found: Arguments = {}
    if (first := FIRST_ARGUMENT.search(source)) and first[1] in above.generators:
        found["generator"] = above.generators[first[1]]
    if number := re.search(r'NumberWriter\(\w+, "(\d+)"', source):
        found["number"] = number[1]
    if hand := re.search(r"in hand (\d+)", words):
        found["hand"] = int(hand[1])
    if pair := re.search(r"LabelBlend\(\w+, \((\d), (\d)\)", source):
        found["labels"] = [int(pair[1]), int(pair[2])]
    if "ZooView(" in source:
        found["models"] = list(above.models)
    if hands := re.findall(r'"([^"]+)": load_shipped\("([^"]+)"\)', source):
        found["hands"] = dict(hands)
    found |= dict(re.findall(r'\b(data|what)="([^"]+)"', source))
    found |= {name: int(value) for name, value in re.findall(r"\b(seed|first|last)=(\d+)", source)}
    return found


def about(view: str, above: Above) -> str:
    """What a view is, as its module says, and where it is live; nothing of one that a page alone has."""
    if view not in above.views:
        return ""
    said = import_module(above.views[view]).__doc__ or ""
    return f"{html.escape(said.splitlines()[0])} {IN_THE_LAB}"


def stand_in(picture: str, view: str, args: Arguments, words: str) -> str:
    """A view's picture, with `words` on what it is and where it is live; a page that can bring it to life finds it
    here. One that says `what` it shows in place of digits is not to be found: a page would show digits."""
    told = html.escape(json.dumps(args))
    picture = WAITING.sub(in_place_of_nothing(view), picture)
    where = " data-only-here" if view in ONLY_HERE.values() else ""
    found = "" if "what" in args else f' data-view="{view}" data-args="{told}"{where}'
    return f'<figure class="gancore-stand-in"{found}>{picture}<figcaption>{words}</figcaption></figure>'


def in_place_of_nothing(view: str) -> str:
    """What stands for a view that shows nothing yet: a picture of what it is about, or else the words for nothing."""
    return (
        f'<img alt="{SHOWN[view]}" src="_static/figures/{view}.png" loading="lazy">' if view in SHOWN else r"<p>\1</p>"
    )


def quiz_markup(chapter: int) -> str:
    """The quiz of `chapter` as a form, with what is said of each option folded away until it is chosen."""
    quiz = Quiz(chapter, load_bank(chapter).QUIZ)
    parts = [f'<div class="gancore-quiz" data-quiz="{chapter}" role="group" aria-label="{quiz.title}">']
    for number, question in enumerate(quiz.questions, start=1):
        parts.append(f"<fieldset><legend>{number}. {with_code(question.text)}</legend>")
        for place, option in enumerate(question.options):
            right = " data-right" if place == question.right else ""
            parts.append(
                f'<label><input type="radio" name="quiz-{chapter}-{number}" value="{place}"{right}> '
                f"<span>{with_code(option.text)}</span></label>"
                f"<p hidden>{with_code(question.explain(place))}</p>"
            )
        parts.append('<div role="status"></div></fieldset>')
    parts.append('<p class="gancore-score" role="status"></p></div>')
    return "\n".join(parts)
