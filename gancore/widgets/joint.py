"""Two classes in the plane: choose a point, read p(x|y), P(y) and P(y|x) there, and move the prior."""

import anywidget
import traitlets
from ipywidgets import FloatSlider
from torch import Tensor

from gancore.lessons.two_classes import TwoClasses
from gancore.plots.two_classes import JointFigure
from gancore.widgets.threads import on_main_thread
from gancore.widgets.view import Drawable, Status, View

STEPS = 100  # of a slider from end to end
WIDE = {"style": {"description_width": "11em"}, "layout": {"width": "36em", "max_width": "100%"}}
CLICKABLE = """
export default {
  render({ model, el }) {
    const show = () => { el.innerHTML = model.get("value"); };
    el.classList.add("gancore-click");
    el.addEventListener("click", (event) => {
      const box = el.querySelector("img").getBoundingClientRect();
      const place = [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
      model.set("click", [...place, event.timeStamp]);
      model.save_changes();
    });
    model.on("change:value", show);
    show();
  },
};
"""
CLICKABLE_STYLE = ".gancore-click img { cursor: crosshair; max-width: 100%; height: auto; }"


class ClickPicture(Drawable, anywidget.AnyWidget):
    """A picture that reports where it is clicked: `click` is [share of the width, share of the height, time]."""

    _esm = CLICKABLE
    _css = CLICKABLE_STYLE
    value = traitlets.Unicode().tag(sync=True)
    click = traitlets.List(traitlets.Float()).tag(sync=True)


def on_a_step(slider: FloatSlider, value: float) -> float:
    """The step of `slider` nearest to `value`: a browser would move it there a moment later."""
    return slider.min + round((value - slider.min) / slider.step) * slider.step


class JointExplorer(View):
    """Two classes in the plane, with sliders for the point, which a click moves as well, and for the prior.

    `points` `(N, 2)` are examples and `labels` `(N,)` their classes, 0 or 1; `names` name the classes and `axes` what
    is measured along each axis.
    """

    def __init__(self, points: Tensor, labels: Tensor, names: tuple[str, str], axes: tuple[str, str]) -> None:
        self.classes = TwoClasses(points, labels, names)
        self.drawing = JointFigure(self.classes, axes)
        self.across, self.up = (self._make_slider(place, label) for place, label in enumerate(axes))
        self.prior = FloatSlider(value=0.5, min=0.05, max=0.95, step=0.05, description=f"P({names[0]})", **WIDE)
        self.status = Status()
        self.moving = False
        clickable = ClickPicture()
        rows = [self.across, self.up, self.prior, clickable, self.status]
        super().__init__(f"{names[0].capitalize()} or {names[1]}? Click a point of the plane", rows, clickable)
        update = on_main_thread(self._update)
        for slider in (self.across, self.up, self.prior):
            slider.observe(update, names="value")
        clickable.observe(on_main_thread(self._follow_click), names="click")
        self._update()

    def _make_slider(self, place: int, label: str) -> FloatSlider:
        (low, high), point = self.classes.frame[:, place], self.classes.point[place]
        step = (high - low) / STEPS
        low = point - round((point - low) / step) * step  # so that the point is on a step
        limits = {"min": low, "max": low + STEPS * step, "step": step, "readout_format": ".3f"}
        slider = FloatSlider(value=low, description=label, **limits, **WIDE)
        slider.value = on_a_step(slider, point)
        return slider

    def _follow_click(self) -> None:
        """Moves the point to where the picture was clicked; beside the plane a click does nothing."""
        place = self.drawing.place(*self.picture.click[:2])
        if place is not None:
            self.moving = True  # both sliders are set before the one redrawing
            self.across.value, self.up.value = map(on_a_step, (self.across, self.up), place)
            self.moving = False
            self._update()

    def _update(self) -> None:
        if self.moving:
            return
        self.classes.point = (self.across.value, self.up.value)
        self.classes.prior = self.prior.value
        words = self.classes.in_words()
        self.picture.draw(self.drawing.draw(), f"{self.drawing.alt} {words}")
        self.status.say(words)
