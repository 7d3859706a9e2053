"""Grading a room: every notebook in a process of its own, which gives back only what its answers returned.

`marking.py` is where to begin: it reads the submissions, and judges here what comes back from `child.py` there.
"""
