"""Acceptance on one GPU: is it correct there, is it fast, is it good? One JSON that a reader can send."""
