"""Names for the handles of sliders, which ipywidgets leaves without: so a screen reader says which one it is on."""

from collections.abc import Iterable

import anywidget
from ipywidgets import Widget

# The page's half. It is in the box of the sliders, shows nothing, and looks again whenever something in there is made.
NAMING = """
function nameHandles(box) {
  for (const slider of box.querySelectorAll(".widget-slider")) {
    const name = slider.querySelector(".widget-label")?.textContent.trim();
    for (const handle of slider.querySelectorAll(".noUi-handle")) {
      if (name && handle.getAttribute("aria-label") !== name) handle.setAttribute("aria-label", name);
    }
  }
}

export default {
  render({ el }) {
    el.style.display = "none";
    let observer, waiting;
    function begin() {
      const box = el.closest(".widget-vbox");
      if (!box) { waiting = setTimeout(begin, 50); return; } // until it is in the page
      observer = new MutationObserver(() => nameHandles(box));
      observer.observe(box, { childList: true, subtree: true });
      nameHandles(box);
    }
    begin();
    return () => { clearTimeout(waiting); observer?.disconnect(); };
  },
};
"""


class Names(anywidget.AnyWidget):
    """Shows nothing; gives each slider handle in the box around it the description of its slider as a name."""

    _esm = NAMING


def has_sliders(widgets: Iterable[Widget]) -> bool:
    """Whether one of `widgets` is a slider."""
    return any(str(getattr(widget, "_view_name", "")).endswith("SliderView") for widget in widgets)
