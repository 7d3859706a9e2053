"""`python -m gancore` is `gancore`."""

from gancore.cli import main

main()
