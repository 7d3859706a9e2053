"""The course as a reader meets it: JupyterLab in a real browser. conftest.py says how to write such a test."""
