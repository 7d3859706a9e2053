"""Sounds to look at and to listen to: pressure, spectrum and spectrogram, and players that are pictures elsewhere."""

import base64
from collections.abc import Mapping, Sequence

import torch
from matplotlib.figure import Figure
from PIL import Image
from torch import Tensor

from gancore.data.sound import BEND, HIGHEST, LOWEST, RATE, frequencies, spectrogram, to_wav
from gancore.lessons.alt import described
from gancore.plots.images import picture
from gancore.plots.style import BLUE, GREEN, ORANGE, figure, markup, png

STRETCH = 0.03  # seconds of pressure that are drawn
ZOOM = 4  # pixels of the page for one of a spectrogram
FLOOR = -60.0  # dB, where a spectrum is cut off below
HERTZ = (100, 250, 500, 1000, 2000, 4000)
COLOURS, MARKS = (BLUE, ORANGE, GREEN), "os^Dv*Px"


def three_ways(sound: Tensor, start: float) -> Figure:
    """A `sound` `(T,)` as pressure, a stretch from `start` seconds on; as a spectrum there; and as a spectrogram."""
    drawn, (pressure, spectrum, image) = figure(10, 2.8, columns=3)
    first, count = int(start * RATE), int(STRETCH * RATE)
    pressure.plot(1000 * torch.arange(count) / RATE, sound[first : first + count], color=BLUE, linewidth=1)
    pressure.set(title="pressure", xlabel="milliseconds", ylim=(-1.05, 1.05))
    decibels = in_decibels(frequencies(sound).abs()[:, int(start * RATE / 128)])
    spectrum.plot(torch.linspace(0, RATE / 2, len(decibels)), decibels, color=BLUE, linewidth=1)
    spectrum.set(title="spectrum", xlabel="Hz", ylabel="dB", ylim=(FLOOR, 3))
    image.imshow(spectrogram(sound)[0], cmap="gray", aspect="auto", extent=(0, 1000 * len(sound) / RATE, 32, 0))
    image.set(title="spectrogram", xlabel="milliseconds", yticks=[32 - row_of(each) for each in HERTZ])
    image.set_yticklabels([f"{each:,} Hz" for each in HERTZ])
    image.grid(visible=False)
    return drawn


def row_of(hertz: float) -> float:
    """How many rows from the bottom of a spectrogram a frequency lies."""
    low, high, there = (torch.log1p(torch.tensor(each / BEND)) for each in (LOWEST, HIGHEST, hertz))
    return float(32 * (there - low) / (high - low))


def in_decibels(strengths: Tensor) -> Tensor:
    """Strengths as decibels below the greatest, none below the floor."""
    return (20 * (strengths / strengths.max()).clamp_min(1e-9).log10()).clamp_min(FLOOR)


def spectra(groups: Mapping[str, Tensor], marked: Sequence[float]) -> Figure:
    """The mean spectrum of each group of sounds `(N, T)`, with a dotted line at each of the frequencies `marked`."""
    drawn, (axes,) = figure(8, 3)
    for (name, sounds), colour, dash in zip(groups.items(), COLOURS, ("-", "--", ":"), strict=False):
        strengths = torch.fft.rfft(sounds * torch.hann_window(sounds.shape[-1])).abs().square().mean(0).sqrt()
        hertz = torch.linspace(0, RATE / 2, len(strengths))
        axes.plot(hertz, in_decibels(strengths), color=colour, linestyle=dash, linewidth=1.2, label=name)
    for hertz in marked:
        axes.axvline(hertz, color="black", linestyle=":", linewidth=0.8)
    axes.set(xlabel="Hz", ylabel="dB", ylim=(FLOOR, 3), xlim=(0, RATE / 2))
    axes.legend(frameon=False)
    return drawn


def two_numbers(scores: Mapping[str, tuple[float, float]]) -> Figure:
    """What share is recognised, to the right, against how voiced it is, upward, for each that is named."""
    drawn, (axes,) = figure(8, 4)
    for place, (name, (recognised, voiced)) in enumerate(scores.items()):
        colour, mark = COLOURS[place % 3], MARKS[place % len(MARKS)]
        axes.plot([100 * recognised], [voiced], mark, color=colour, markersize=8, label=name)
    axes.set(xlabel="recognised, %", ylabel="voicing", xlim=(-3, 103), ylim=(0, 1.02))
    axes.legend(frameon=False, loc="center left", bbox_to_anchor=(1, 0.5))
    return drawn


def listen(sounds: Mapping[str, Tensor], alt: str) -> None:
    """Display a player under the spectrogram of each of `sounds` `(T,)`, by name; where no HTML is shown, the pictures.

    `alt` is a key of the chapter's texts or words of one's own, as for `show`. A sound takes 6 KB of the notebook.
    """
    from IPython.display import display

    words = described(alt)
    pictures = [picture_of(sound) for sound in sounds.values()]
    parts = [
        f'<figure style="display:inline-block;margin:4px">{markup(png(image), f"{name}: {words}")}'
        f"<figcaption>{name}</figcaption>{player(sound)}</figure>"
        for (name, sound), image in zip(sounds.items(), pictures, strict=True)
    ]
    data = base64.b64encode(png(side_by_side(pictures))).decode()
    display({"text/html": "".join(parts), "image/png": data, "text/plain": words}, raw=True)


def player(sound: Tensor) -> str:
    """HTML of a player for `sound` `(T,)`, which it holds as WAV."""
    source = base64.b64encode(to_wav(sound)).decode()
    return f'<audio controls preload="auto" style="width:14em" src="data:audio/wav;base64,{source}"></audio>'


def picture_of(sound: Tensor) -> Image.Image:
    """The spectrogram of a `sound` `(T,)`."""
    return picture(spectrogram(sound)[None], zoom=ZOOM)


def side_by_side(pictures: Sequence[Image.Image]) -> Image.Image:
    """Pictures of one height in a row."""
    row = Image.new("L", (sum(each.width for each in pictures), pictures[0].height))
    for place, each in enumerate(pictures):
        row.paste(each, (sum(before.width for before in pictures[:place]), 0))
    return row
