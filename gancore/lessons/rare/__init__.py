"""Rare classes: digits of which few examples are left, what people do about it, and what comes of it."""
