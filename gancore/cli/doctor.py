"""`gancore doctor`."""

import json
from pathlib import Path

import click

from gancore.cli.options import check_output
from gancore.system.files import write_text


@click.command()
@click.option("--json", "json_file", type=click.Path(path_type=Path), help="Write the findings to this file as well.")
def doctor(json_file: Path | None) -> int:
    """Examine this machine: versions, speed, data, room. Exit code 1 when something needs doing."""
    from gancore.doctor import examine

    check_output(json_file, ".json")
    diagnosis = examine()
    click.echo(diagnosis)
    if json_file is not None:
        write_text(json_file, json.dumps(diagnosis.as_dict(), indent=2) + "\n")
        click.echo(json_file)
    return 0 if diagnosis.good else 1
