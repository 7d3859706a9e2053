"""`gancore share`, for a learner, and `gancore room`, for an instructor: which options there are."""

from pathlib import Path

import click

from gancore.errors import GancoreError

on_path = click.Path(path_type=Path)
to_write_in = click.Path(readable=False, path_type=Path)  # a room's folder, into which only the instructor may look


@click.command()
@click.argument("folder", required=False, type=to_write_in)
@click.option("--name", metavar="NAME", help="What you want to be called there.")
@click.option("--stop", is_flag=True, help="Share nothing any more, and remove what was shared.")
def share(folder: Path | None, name: str | None, stop: bool) -> None:
    """Let the instructor see how far you are: from now on, write verdicts and predictions to a file in FOLDER.

    Nothing is shared before you give this command. Without FOLDER, it says what is shared. In a notebook:
    from gancore import share, unshare.
    """
    from gancore.lessons.sharing import consent

    if stop and (folder or name):
        raise GancoreError("--stop ends sharing altogether; give it alone.")
    if stop:
        consent.unshare()
    elif folder is None and name is not None:
        raise GancoreError(f"Say in which folder to share as {name}: gancore share FOLDER --name {name!r}.")
    elif folder is None:
        click.echo(consent.told_of(consent.consent()))
    elif name is None:
        raise GancoreError(f"Say under which name to share in {folder}: gancore share {folder} --name NAME.")
    else:
        consent.share(folder, name)


@click.command()
@click.argument("folder", type=on_path)
@click.option("--html", "page", type=on_path, metavar="room.html", help="Where to write a page with all of it.")
def room(folder: Path, page: Path | None) -> None:
    """Show how far those are who share in FOLDER: a row a learner, a column an exercise."""
    from gancore.lessons.grading import reports  # not for `gancore --help`
    from gancore.lessons.sharing import page as pages
    from gancore.lessons.sharing.room import marks_of, read_room
    from gancore.system.files import write_text

    if page is not None and not page.parent.is_dir():
        raise GancoreError(f"There is no folder {page.parent} to write {page.name} in.")
    learners, notes = read_room(folder)
    click.echo(reports.as_text(marks_of(learners)) or "Nobody shares a verdict yet.")
    for note in notes:
        click.echo(f"gancore: {note}", err=True)
    if page is not None:
        write_text(page, pages.page_of(learners, notes))
        click.echo(page)
