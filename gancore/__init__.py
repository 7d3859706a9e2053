"""gancore: generative adversarial networks, small enough to read. Its parts load when they are imported."""

__version__ = "0.1.0"
