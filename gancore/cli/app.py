"""Which commands there are: each is in a file of its own, which is read when the command is asked for."""

from importlib import import_module

import click

from gancore import __version__

# The course's among them by their names alone, since the engine does not import the course.
COMMANDS = {
    "doctor": "gancore.cli.doctor",
    "evaluate": "gancore.cli.evaluate",
    "export": "gancore.cli.export",
    "features": "gancore.cli.features",
    "grade": "gancore.lessons.grading.command",
    "kit": "gancore.lessons.kit.command",
    "pretrain": "gancore.cli.shipping",
    "room": "gancore.lessons.sharing.command",
    "sample": "gancore.cli.sample",
    "share": "gancore.lessons.sharing.command",
    "ship": "gancore.cli.shipping",
    "train": "gancore.cli.train",
}


class Commands(click.Group):
    """The commands above, by name."""

    def list_commands(self, context: click.Context) -> list[str]:
        return sorted(COMMANDS)

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        return getattr(import_module(COMMANDS[name]), name) if name in COMMANDS else None


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(__version__)
def app() -> None:
    """Train generative adversarial networks, and draw from them."""
