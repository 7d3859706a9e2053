"""gancore: generative adversarial networks, small enough to read.

The names that chapters use most are at hand here, and load when they are first asked for: `from gancore import GAN`.
"""

from importlib import import_module

__version__ = "0.1.0"

NAMES = {
    "begin": "gancore.lessons.notebook",
    "check": "gancore.lessons.teaching",
    "guess": "gancore.lessons.predictions.ledger",
    "hint": "gancore.lessons.teaching",
    "outcome": "gancore.plots.foreseen",
    "predict": "gancore.widgets.predict",
    "predictions": "gancore.lessons.predictions.ledger",
    "quiz": "gancore.widgets.quiz",
    "share": "gancore.lessons.sharing.consent",
    "solution": "gancore.lessons.teaching",
    "unshare": "gancore.lessons.sharing.consent",
    "yours": "gancore.lessons.teaching",
    "source": "gancore.lessons.notebook",
    "picture": "gancore.plots.images",
    "show": "gancore.plots.style",
    "load": "gancore.data.sources",
    "to_float": "gancore.data.images",
    "GAN": "gancore.training.gan",
    "NonSaturating": "gancore.training.losses",
    "Trainer": "gancore.training.trainer",
    "Settings": "gancore.training.trainer",
    "RECIPES": "gancore.training.recipes",
    "load_pretrained": "gancore.pretrained",
    "load_extractor": "gancore.metrics.classifier",
}

__all__ = list(NAMES)


def __getattr__(name: str) -> object:
    if name not in NAMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(NAMES[name]), name)
