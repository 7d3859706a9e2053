"""gancore: generative adversarial networks, small enough to read. `import gancore` loads torch and nothing heavier."""

__version__ = "0.1.0"
