"""`gancore grade`: which options there are; the work is in `marking.py` and `reports.py`."""

from pathlib import Path

import click

from gancore.errors import GancoreError

on_path = click.Path(path_type=Path)


@click.command()
@click.argument("submissions", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--bank", type=on_path, metavar="FOLDER", help="Your own exercises, ch05.py and so on.")
@click.option("--csv", "table", type=on_path, metavar="marks.csv", help="Where to write the marks for a spreadsheet.")
@click.option("--json", "record", type=on_path, metavar="marks.json", help="Where to write marks and messages.")
@click.option("--feedback", type=on_path, metavar="FOLDER", help="Where to write a page for each learner.")
def grade(
    submissions: tuple[Path, ...], bank: Path | None, table: Path | None, record: Path | None, feedback: Path | None
) -> None:
    """Grade the notebooks SUBMISSIONS, or all in a folder, each in a process of its own.

    A submission is a program that runs with your rights: SECURITY.md says what is held back and what is not.
    """
    from tqdm.auto import tqdm

    from gancore.lessons.grading import banks, handed, marking, reports  # not for `gancore --help`

    for path in (table, record, feedback):
        if path is not None and not path.parent.is_dir():
            raise GancoreError(f"There is no folder {path.parent} to write {path.name} in.")
    if bank is not None:
        banks.check_folder(bank)
    found = handed.find_submissions(submissions)
    graded = marking.grade(found, bank)
    marks = list(tqdm(graded, "graded", len(found), unit="notebook", disable=None, leave=False))
    click.echo(reports.as_text(marks))
    if not all(each.alone for each in marks if each.chapter is not None):
        click.echo("\nThis system did not let the network be held back from these notebooks.")
    for path, write in ((table, reports.write_csv), (record, reports.write_json), (feedback, reports.write_feedback)):
        if path is not None:
            write(marks, path)
            click.echo(path)
