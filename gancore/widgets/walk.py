"""A film from one handful of latents to another, along the straight line and along the great circle."""

from pathlib import Path
from typing import Any

import torch
from ipywidgets import Button, HBox, IntSlider
from torch import Tensor

from gancore.analysis.latents import lerp, slerp
from gancore.errors import GancoreError
from gancore.models.sampling import generate, seeded_latents
from gancore.plots.images import picture
from gancore.pretrained import Pretrained
from gancore.runs.pictures import save_film
from gancore.system.files import writing
from gancore.widgets.threads import on_main_thread
from gancore.widgets.ticker import Ticker
from gancore.widgets.view import Picture, Status, View

COUNT = 6  # latents that travel
FRAMES = 33  # an odd number, so that one of them is in the middle
FRAMES_A_SECOND = 8  # as the saved film plays
ZOOM = 3
LAST_SEED = 99


class Interpolation:
    """The way from the latents of seed `first` to those of `last`, in 33 frames, by line and by great circle."""

    def __init__(self, generator: Pretrained, first: int, last: int) -> None:
        self.ends = [seeded_latents(COUNT, generator.latent_dim, seed) for seed in (first, last)]
        shares = torch.linspace(0, 1, FRAMES).tolist()
        self.latents = torch.stack(
            [torch.stack([way(*self.ends, share) for share in shares]) for way in (lerp, slerp)], dim=1
        )  # frame, way, latent, coordinate
        made = generate(generator.generator, self.latents.flatten(0, 2))
        self.images = made.unflatten(0, (FRAMES, 2 * COUNT))

    @property
    def lengths(self) -> Tensor:
        """The mean length of the latents in each frame along the line and along the circle, `(33, 2)`."""
        return self.latents.norm(dim=3).mean(2)

    def frame(self, number: int) -> Tensor:
        """The images of one frame `(12, 1, H, W)`: six along the line, then six along the circle."""
        return self.images[number]

    def save(self, path: Path) -> None:
        """Write the film as a GIF; folders on the way are made. Raises GancoreError where the disk does not take it."""
        with writing(path):
            path.parent.mkdir(parents=True, exist_ok=True)
        save_film([picture(frame, COUNT, ZOOM) for frame in self.images], path)


class InterpolationFilm(View):
    """A film by `generator` to look through, to play, and to save in `folder`."""

    def __init__(self, generator: Pretrained, first: int = 0, last: int = 1, folder: Path = Path("runs")) -> None:
        self.generator, self.folder = generator, folder
        self.first, self.last = (IntSlider(seed, 0, LAST_SEED, description=name, continuous_update=False)
                                 for seed, name in ((first, "from seed"), (last, "to seed")))  # fmt: skip
        self.frame = IntSlider(0, 0, FRAMES - 1, description="frame")
        self.play, self.save = Button(description="Play"), Button(description="Save GIF")
        self.status = Status()
        shown = Picture()
        self.ticker = Ticker(self._tick, FRAMES_A_SECOND, self._stopped_by)
        wrap = {"flex_flow": "row wrap"}
        controls = [HBox([self.first, self.last], layout=wrap), HBox([self.frame, self.play, self.save], layout=wrap)]
        title = "From digit to digit: above along the straight line, below along the great circle"
        super().__init__(title, [*controls, shown, self.status], shown)
        for control in (self.first, self.last):
            control.observe(on_main_thread(self._travel), names="value")
        self.frame.observe(on_main_thread(self._update), names="value")
        self.play.on_click(on_main_thread(self._play_or_stop))
        self.save.on_click(on_main_thread(self._save))
        self._travel()

    @property
    def path(self) -> Path:
        """Where the film is saved."""
        return self.folder / f"from-{self.first.value}-to-{self.last.value}.gif"

    def _travel(self, event: Any = None) -> None:
        """Another way, as the seeds say."""
        self.film = Interpolation(self.generator, self.first.value, self.last.value)
        self._update()

    def _update(self, event: Any = None) -> None:
        number = self.frame.value
        line, circle = self.film.lengths[number].tolist()
        words = f"Frame {number + 1} of {FRAMES}. Mean length of z: {line:.2f} on the line, {circle:.2f} on the circle."
        seeds = f"seed {self.first.value} to seed {self.last.value}"
        alt = f"Two rows of {COUNT} digits on their way from {seeds}, by line and by circle. {words}"
        self.picture.draw(picture(self.film.frame(number), COUNT, ZOOM), alt)
        if not self.ticker.playing:
            self.status.say(words)

    def _save(self, event: Any = None) -> None:
        try:
            self.film.save(self.path)
        except GancoreError as error:
            self.status.say(str(error))
        else:
            self.status.say(f"Saved {self.path.as_posix()}: {FRAMES} frames.")

    def _play_or_stop(self, event: Any = None) -> None:
        if self.ticker.playing:
            self._stop()
        else:
            self.ticker.start()
            self.play.description = "Stop"

    def _stop(self) -> None:
        self.ticker.stop()
        self.play.description = "Play"
        self._update()

    def _tick(self) -> None:
        """The next frame, and after the last one the first."""
        self.frame.value = (self.frame.value + 1) % FRAMES

    def _stopped_by(self, error: Exception) -> None:
        self._stop()
        self.status.say(f"It stopped: {error}")
