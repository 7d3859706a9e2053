"""A film from one handful of latents to another, along the straight line and along the great circle."""

from pathlib import Path

from ipywidgets import Button, IntSlider

from gancore.errors import GancoreError
from gancore.lessons.interpolation import COUNT, FRAMES, Interpolation
from gancore.plots.images import picture
from gancore.pretrained import Pretrained
from gancore.runs.pictures import save_film
from gancore.system.files import writing
from gancore.widgets.player import Player
from gancore.widgets.threads import on_main_thread
from gancore.widgets.view import Picture, Status, View, in_a_row

FRAMES_A_SECOND = 8  # as the saved film plays
ZOOM = 3
LAST_SEED = 99


class InterpolationFilm(View):
    """A film by `generator` to look through, to play, and to save in `folder`."""

    def __init__(self, generator: Pretrained, first: int = 0, last: int = 1, folder: Path = Path("runs")) -> None:
        self.generator, self.folder = generator, folder
        self.first, self.last = (IntSlider(seed, 0, LAST_SEED, description=name, continuous_update=False)
                                 for seed, name in ((first, "from seed"), (last, "to seed")))  # fmt: skip
        self.frame = IntSlider(0, 0, FRAMES - 1, description="frame")
        self.status, shown = Status(), Picture()
        self.play = Player(self._tick, FRAMES_A_SECOND, self.status)
        self.save = Button(description="Save GIF")
        seeds = in_a_row(self.first, self.last)
        rows = [seeds, in_a_row(self.frame, self.play, self.save), shown, self.status]
        super().__init__(
            "From digit to digit: above along the straight line, below along the great circle", rows, shown
        )
        for control in (self.first, self.last):
            control.observe(on_main_thread(self._travel), names="value")
        self.frame.observe(on_main_thread(self._update), names="value")
        self.play.on_click(on_main_thread(self._begin_or_end_play))
        self.save.on_click(on_main_thread(self._save))
        self._travel()

    @property
    def path(self) -> Path:
        """Where the film is saved."""
        return self.folder / f"from-{self.first.value}-to-{self.last.value}.gif"

    def _travel(self) -> None:
        """Another way, as the seeds say."""
        self.film = Interpolation(self.generator, self.first.value, self.last.value)
        self._update()

    def _begin_or_end_play(self) -> None:
        if self.play.playing:
            self.status.say("Playing.")
        else:
            self._update()

    def _update(self) -> None:
        number = self.frame.value
        line, circle = self.film.lengths[number].tolist()
        words = f"Frame {number + 1} of {FRAMES}. Mean length of z: {line:.2f} on the line, {circle:.2f} on the circle."
        seeds = f"seed {self.first.value} to seed {self.last.value}"
        alt = f"Two rows of {COUNT} digits on their way from {seeds}, by line and by circle. {words}"
        self.picture.draw(picture(self.film.images[number], COUNT, ZOOM), alt)
        if not self.play.playing:
            self.status.say(words)

    def _save(self) -> None:
        frames = [picture(images, COUNT, ZOOM) for images in self.film.images]
        try:
            with writing(self.path):
                self.folder.mkdir(parents=True, exist_ok=True)
            save_film(frames, self.path)
        except GancoreError as error:
            self.status.say(str(error))
        else:
            self.status.say(f"Saved {self.path.as_posix()}: {FRAMES} frames.")

    def _tick(self) -> None:
        """The next frame, and after the last one the first."""
        self.frame.value = (self.frame.value + 1) % FRAMES
