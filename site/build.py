"""Builds the site from what is stored, offline: `make site`. What it makes opens from site/_build/html."""

import base64
import html
import importlib.util
import json
import re
import shutil
import sys
from itertools import groupby
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

SITE = Path(__file__).resolve().parent
sys.path[:0] = [str(SITE), str(SITE.parent / "course")]

import sheets  # noqa: E402
from chapters import ANNOUNCED, CHAPTERS, Chapter  # noqa: E402
from execute import COURSE, REPOSITORY, as_text, read  # noqa: E402
from pages import as_page  # noqa: E402
from record import RECORDED  # noqa: E402

from gancore.analysis.latents import find_direction  # noqa: E402
from gancore.analysis.shapes import slant, thickness  # noqa: E402
from gancore.data.avatars import ATTRIBUTES  # noqa: E402
from gancore.models.sampling import generate, seeded_latents  # noqa: E402
from gancore.plots.labels import PALETTE  # noqa: E402
from gancore.pretrained import load_pretrained  # noqa: E402

BUILT = SITE / "_build"
SOURCE, STATIC, HTML = BUILT / "source", BUILT / "static", BUILT / "html"
WEIGHTS = REPOSITORY / "gancore" / "weights"
# The scripts of site/live in the order in which pages load them: each builds on those before it. They are no modules,
# since no browser loads one for a page from a disk, and each adds to one object, `gancore`.
SCRIPTS = (
    "safetensors",  # reads a file of weights
    "random",  # PyTorch's random numbers from the same seed
    "layers",  # the arithmetic of layers
    *("modern", "dcgan", "perceptrons", "classifier"),  # the networks, a file for each family
    *("unet", "text", "boltzmann"),
    *("players", "toys", "game", "planegame", "linegame", "handgame", "diracgame"),  # what learns in the page
    "weights",  # fetches weights when they are first used
    "pictures",  # fetches pictures in the same way
    "latents",  # moves about between latents
    "strokes",  # makes pictures of what is drawn by hand
    "scan",  # measures slices of a head, line by line
    "sound",  # makes sounds of pictures, and pictures of sounds
    *("controls", "pen", "pad"),  # sliders, fields, menus, sheets of pictures; what is drawn on a canvas, and by hand
    "salient",  # shows what a discriminator looks at
    "training",  # what trains in a worker, with its buttons
    *("writer", "classgrid", "blend", "drawer", "explorer", "film"),  # the views of networks
    *("owndigits", "digitpad", "contest", "zoo", "plane", "chain"),
    *("colouring", "scanner", "chips", "soundpad", "listening"),
    *("lab", "line", "byhand", "failure", "dirac"),  # those of games
    "quiz",
    "live",  # brings the stand-ins of a page to life
)
IN_WORKER = (
    "safetensors",
    "random",
    "layers",
    "players",
    "toys",
    "game",
    "planegame",
    "linegame",
    "labworker",
)  # what trains beside the page
READ_HERE = (
    "*Here this chapter is to be read: its cells ran beforehand, and views that say “Play here” are live. To run its "
    "cells, and to have your answers checked, open it in JupyterLab, as the [readme](readme.md) says.*"
)
EXPLORED, EXPLORED_ON, EXPLORED_SEED = "ungrouped", 3000, 4
USED = (  # the weights that views of the site draw, paint and read with
    *("cmodern", "modern", "ungrouped", "dcgan", "mlp", "digits-classifier"),
    *("pix2pix", "pix2pix-l1", "mri", "mri-l1", "text2image", "avatars-judge-16"),
    *("judges", "young-discriminator", "plane", "machines"),  # which train.py has trained, as chapters do
)
SHEETS = {
    **{"digits": sheets.digits, "outlines": sheets.outlines, "zoo": sheets.zoo, "slices": sheets.slices},
    **{"sounds": sheets.sounds, "said": sheets.said},
}
CARD_SIZE, INK, PAPER = (1200, 630), 255, 0
ELSEWHERE = re.compile(r"\[([^\]]+)\]\((?!https?:|#|mailto:)([^)]+)\)")
PAGES = {"course/glossary.md": "glossary.md", "course/api.md": "api.md", "README.md": "readme.md"}
ABOUT = (
    "A course on generative adversarial networks, from what can be learned without labels to a GAN that writes digits "
    "on request: read it on any screen, play with its views in the browser, run it in JupyterLab."
)


def main() -> int:
    """Writes the pages and what they need, then lets Sphinx build; returns its exit status."""
    for folder in (SOURCE, STATIC, HTML):
        shutil.rmtree(folder, ignore_errors=True)
    (STATIC / "figures").mkdir(parents=True)
    SOURCE.mkdir(parents=True)
    write_chapters()
    sheets.scanned().save(STATIC / "figures" / "Scanner.png", optimize=True)
    write_other_pages()
    (SOURCE / "index.md").write_text(front_page(), encoding="utf-8")
    copy_mathjax()
    write_weights()
    write_sheets()
    write_worker()
    write_failures()
    social_card().save(STATIC / "card.png", optimize=True)
    from sphinx.cmd.build import main as sphinx

    status = sphinx(
        ["-q", "-W", "--keep-going", "-E", "-c", str(SITE), "-d", str(BUILT / "doctrees"), str(SOURCE), str(HTML)]
    )
    drop_what_nobody_reads()
    return status


def drop_what_nobody_reads() -> None:
    """Leave out maps of the theme's scripts, which debuggers ask for, and its words in other languages: 4 MB."""
    for path in HTML.rglob("*.map"):
        path.unlink()
    shutil.rmtree(HTML / "_static" / "locales", ignore_errors=True)


def write_chapters() -> None:
    """Every chapter as its page shows it."""
    for chapter in CHAPTERS:
        page = as_page(read(COURSE / chapter.file), chapter.number, STATIC / "figures")
        for cell in page.cells:
            if cell.cell_type == "markdown":
                cell.source = with_links(cell.source, Path("course"))
        title, below = page.cells[0].source.split("\n", 1)
        page.cells[0].source = f"{title}\n\n{READ_HERE}\n{below}"
        (SOURCE / chapter.file).write_text(as_text(page), encoding="utf-8")


def write_other_pages() -> None:
    """The glossary, what gancore offers, and the README."""
    shutil.copy(COURSE / "images" / "digits.png", SOURCE / "digits.png")
    for path, page in PAGES.items():
        text = (REPOSITORY / path).read_text(encoding="utf-8")
        (SOURCE / page).write_text(with_links(text, Path(path).parent), encoding="utf-8")


def with_links(text: str, folder: Path) -> str:
    """Markdown whose links lead to pages of the site; one that leads elsewhere in the repository becomes its words."""

    def lead(found: re.Match) -> str:
        words, to = found.groups()
        path, _, anchor = to.partition("#")
        name = PAGES.get((folder / path).as_posix(), Path(path).name)
        there = name in {*PAGES.values(), "digits.png"} or name in {chapter.file for chapter in CHAPTERS}
        return f"[{words}]({name}{'#' + anchor if anchor else ''})" if there else words

    return ELSEWHERE.sub(lead, text)


def descriptions() -> dict[str, str]:
    """What each page is about, in a sentence, for those who find it elsewhere."""
    about = {
        Path(chapter.file).stem: f"{chapter.question or chapter.title} {chapter.minutes} minutes, with {chapter.play}."
        for chapter in CHAPTERS
    }
    return about | {"index": ABOUT, "glossary": "Every term of the course, with the chapter that introduces it."}


def front_page() -> str:
    """Ten digits that answer to typing, then the map of the course, then how to run it."""
    contents = "\n".join(
        f"```{{toctree}}\n:hidden:\n:caption: {caption}\n\n{files}\n```\n" for caption, files in table_of_contents()
    )
    return (SITE / "index.md").read_text(encoding="utf-8").replace("MAP", course_map()) + contents


def table_of_contents() -> list[tuple[str, str]]:
    """A caption for each part, and the pages under it."""
    parts = [
        (f"Part {part}: {ANNOUNCED['parts'][str(part)]}" if part else "Begin", "\n".join(c.file for c in members))
        for part, members in groupby(CHAPTERS, key=lambda chapter: chapter.part)
    ]
    return [*parts, ("To look up", "glossary.md\nHow to run it <readme.md>\napi.md")]


def course_map() -> str:
    """Every chapter as a link, with its question, what one plays with, and its minutes."""
    parts = []
    for part, members in groupby(CHAPTERS, key=lambda chapter: chapter.part):
        if part:
            parts.append(f"<h3>Part {part}: {html.escape(ANNOUNCED['parts'][str(part)])}</h3>")
        parts.append('<ol class="gancore-map">' + "".join(map(map_entry, members)) + "</ol>")
    return "\n".join(parts)


def map_entry(chapter: Chapter) -> str:
    to = Path(chapter.file).with_suffix(".html").name
    return (
        f'<li><a href="{to}"><b>{chapter.number} · {html.escape(chapter.title)}</b></a> '
        f'<span class="gancore-minutes">{chapter.minutes} minutes</span><br>'
        f"{html.escape(chapter.question)} <small>You play with {html.escape(chapter.play)}.</small></li>"
    )


def copy_mathjax() -> None:
    """MathJax in one file, from the wheel that `pip install -e '.[site]'` brings."""
    found = importlib.util.find_spec("sphinx-mathjax-offline")
    if found is None:
        raise SystemExit("The site needs what `pip install -e '.[site]'` installs: sphinx-mathjax-offline is missing.")
    (STATIC / "mathjax").mkdir()
    shutil.copy(Path(found.origin).parent / "static" / "mathjax" / "tex-svg.js", STATIC / "mathjax")


def write_weights() -> None:
    """Shipped weights as scripts: a page from a disk may load a script, and may not fetch a file."""
    folder = STATIC / "weights"
    folder.mkdir()
    for name in USED:
        data = base64.b64encode(shipped(name).read_bytes()).decode()
        (folder / f"{name}.js").write_text(f'gancore.arrived("{name}", {json.dumps(card(name))}, "{data}");\n')


def shipped(name: str) -> Path:
    """Where the weights called `name` are: the package's, those of a run that comes with it, or the site's own."""
    run = WEIGHTS / name / "generator.safetensors"
    package = WEIGHTS / f"{name}.safetensors"
    return run if run.exists() else package if package.exists() else SITE / "weights" / f"{name}.safetensors"


def write_sheets() -> None:
    """Pictures and sounds as scripts that bring them."""
    for name, make in SHEETS.items():
        (STATIC / "weights" / f"{name}.js").write_text(f'gancore.brought("{name}", {json.dumps(make())});\n')


def write_worker() -> None:
    """The program that trains beside the page, as a script that brings its text."""
    program = "\n".join((SITE / "live" / f"{name}.js").read_text(encoding="utf-8") for name in IN_WORKER)
    (STATIC / "weights" / "lab.js").write_text(f'gancore.brought("lab", {json.dumps(program)});\n')


def write_failures() -> None:
    """How the failure lab's games went, which record.py has kept, as a script that brings it."""
    recorded = RECORDED.read_text(encoding="utf-8").strip()
    (STATIC / "weights" / "failures.js").write_text(f'gancore.brought("failures", {recorded});\n')


def card(name: str) -> dict:
    """What is told of weights: their card, and what a view needs beside it."""
    path = shipped(name).with_suffix(".json")
    told = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    return told | MORE.get(name, dict)()


def words() -> dict:
    """The words that captions are made of, and how many a caption has at most."""
    spec = json.loads((WEIGHTS / "text2image" / "config.json").read_text(encoding="utf-8"))["spec"]
    return {"words": spec["words"], "longest": spec["given"][0]}


def directions(name: str) -> dict[str, list[float]]:
    """Unit vectors along which slant and thickness grow, found on the samples that chapter 11 finds them on."""
    shipped = load_pretrained(name)
    latents = seeded_latents(EXPLORED_ON, shipped.latent_dim, EXPLORED_SEED)
    images = generate(shipped.generator, latents)
    return {
        what.__name__: [round(part, 7) for part in find_direction(latents, what(images)).tolist()]
        for what in (slant, thickness)
    }


MORE = {
    EXPLORED: lambda: {"directions": directions(EXPLORED)},  # for the latent explorer those of chapter 11
    "text2image": words,
    "plane": lambda: {"colours": PALETTE},
    "avatars-judge-16": lambda: {"attributes": ATTRIBUTES},
}


def social_card() -> Image.Image:
    """The picture that a link to the site is shown with: digits that nobody wrote, under the name of the course."""
    card = Image.new("L", CARD_SIZE, PAPER)
    digits = Image.open(COURSE / "images" / "digits.png").resize((1204, 304))
    card.paste(digits.crop((2, 0, 1202, 304)), (0, 290))
    pen = ImageDraw.Draw(card)
    pen.text((60, 60), "gancore", INK, ImageFont.load_default(size=110))
    pen.text((60, 195), "A course on generative adversarial networks", INK, ImageFont.load_default(size=48))
    return card


if __name__ == "__main__":
    sys.exit(main())
