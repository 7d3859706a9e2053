"""Pictures that were drawn for captions: with the judge's marks, before and after a word changed, beside real ones."""

from collections.abc import Sequence

from PIL import Image, ImageDraw, ImageFont
from torch import Tensor

from gancore.data.avatars import FACE
from gancore.data.pictures import GRID_GAP
from gancore.lessons.asking import Answer
from gancore.plots.images import picture

ZOOM = 4
LETTERS = 13  # pixels high
LINE = 20  # pixels from one line of text to the next
LEFT = 84  # pixels for the names of rows
BLACK, WHITE = (0, 0, 0), (255, 255, 255)


def swapped(before: Answer, now: Answer) -> Image.Image:
    """Rows of pictures before a word changed, now, and how much each pixel differs, in the colour in which it differs
    most; marks under those of a caption."""
    difference = (now.pictures - before.pictures).abs().amax(1, keepdim=True) - 1  # black where nothing changed
    rows = [before.pictures, now.pictures, difference.expand(-1, 3, -1, -1)]
    under = [marks_of(before), marks_of(now), [""] * len(difference)]
    return labelled(rows, ["before", "now", "difference"], under, zoom=ZOOM * FACE // now.pictures.shape[-1])


def marks_of(answer: Answer) -> list[str]:
    """For each picture how many of the words that were asked for the judge reads in it."""
    return [f"{count} of {len(answer.wanted)}" for count in answer.right.sum(1).tolist()]


def labelled(
    rows: Sequence[Tensor], names: Sequence[str], under: Sequence[Sequence[str]] | None = None, zoom: int = ZOOM
) -> Image.Image:
    """Rows of pictures `(N, 3, H, W)`, each row under its name, and a word `under` each picture."""
    strips = [picture(row, len(row), zoom) for row in rows]
    below = LINE if under is not None else 0
    sheet = Image.new("RGB", (LEFT + strips[0].width, sum(strip.height + below for strip in strips)), WHITE)
    pen, font, top = ImageDraw.Draw(sheet), ImageFont.load_default(size=LETTERS), 0
    for place, (strip, name) in enumerate(zip(strips, names, strict=True)):
        sheet.paste(strip, (LEFT, top))
        pen.text((LEFT - 8, top + strip.height / 2), name, BLACK, font, anchor="rm")
        across = (rows[place].shape[-1] + GRID_GAP) * zoom
        for column, word in enumerate(under[place] if under is not None else ()):
            pen.text(
                (LEFT + GRID_GAP * zoom / 2 + (column + 0.5) * across, top + strip.height + below / 2),
                word,
                BLACK,
                font,
                anchor="mm",
            )
        top += strip.height + below
    return sheet


def captioned(pictures: Tensor, captions: Sequence[str]) -> Image.Image:
    """Pictures `(N, 3, H, W)` one under the other, or rows of them `(N, M, 3, H, W)`, and beside each its caption."""
    rows = pictures if pictures.ndim == 5 else pictures[:, None]
    strips = [picture(row, len(row), ZOOM) for row in rows]
    font = ImageFont.load_default(size=LETTERS + 1)
    words = int(max(font.getlength(caption) for caption in captions)) + 16
    sheet = Image.new("RGB", (strips[0].width + words, sum(strip.height for strip in strips)), WHITE)
    pen = ImageDraw.Draw(sheet)
    for place, (strip, caption) in enumerate(zip(strips, captions, strict=True)):
        top = place * strip.height
        sheet.paste(strip, (0, top))
        pen.text((strip.width + 8, top + strip.height / 2), caption, BLACK, font, anchor="lm")
    return sheet
