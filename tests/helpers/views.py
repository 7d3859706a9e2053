"""The interactive views that there are, and what they show."""

import inspect
from importlib import import_module
from pkgutil import iter_modules

from ipywidgets import Widget

import gancore.widgets
from gancore.widgets.live import Live
from gancore.widgets.view import Panel, View


def find_views() -> list[type]:
    """Every class of gancore.widgets that a chapter can show, and not the parts that these are made of."""
    modules = [import_module(f"gancore.widgets.{module.name}") for module in iter_modules(gancore.widgets.__path__)]
    classes = [one for module in modules for one in vars(module).values() if inspect.isclass(one)]
    own = {one for one in classes if one.__module__.startswith("gancore.widgets.")}
    views = {one for one in own if issubclass(one, Panel)} - {View, Panel} | {Live}
    return sorted(views, key=lambda view: view.__name__)


def pictures(view: View, *settings: tuple[Widget, object]) -> list[str]:
    """What `view` shows at first, and after each of `settings`: a control, and the value that it is given."""
    shown = [view.picture.value]
    for control, value in settings:
        control.value = value
        shown.append(view.picture.value)
    return shown
