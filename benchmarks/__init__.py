"""Side-by-side timings that a stranger can rerun: `python -m benchmarks`, or `make bench`."""
