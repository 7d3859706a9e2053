"""`python -m gancore.generative` is `gancore` with the models of this package known to it, for `pretrain vae`."""

from gancore.cli import main

main()
