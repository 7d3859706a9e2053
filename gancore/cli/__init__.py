"""The command line: `gancore train | sample | evaluate | export | …`, a command a file."""

import sys
from typing import NoReturn


def main(arguments: list[str] | None = None) -> NoReturn:
    """Run the command line. Exit codes: 0 done, 1 the doctor found something, 2 wrong input, 130 interrupted."""
    try:
        from gancore.cli.running import run  # PyTorch takes seconds to come, in which people change their minds

        run(arguments)
    except KeyboardInterrupt:
        sys.stderr.write("gancore: Interrupted.\n")
        sys.exit(130)
