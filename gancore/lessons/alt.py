"""What the chapters' pictures say to readers who do not see them, kept apart from the code that draws them.

A reader reads the code before the picture, and what a picture shows is often what the reader is asked to predict. So a
chapter names a text by its key: "04/panels" is `panels` under `[alt]` in gancore/lessons/words/ch04.toml.
"""

import re
from functools import cache

from gancore.errors import GancoreError
from gancore.lessons.words import words_of

KEY = re.compile(r"(\d\d)/([a-z0-9-]+)")


def described(alt: str) -> str:
    """The alternative text behind a key such as "04/panels"; other words are a reader's own, and come back as they are.

    Raises GancoreError for a key that there is not.
    """
    found = KEY.fullmatch(alt)
    if not found:
        return alt
    chapter, key = found.groups()
    texts = texts_of(chapter)
    if key not in texts:
        known = ", ".join(texts) or "none"
        raise GancoreError(
            f'There is no alternative text "{alt}"; chapter {chapter} has {known}. Write your own words.'
        )
    return texts[key]


@cache
def texts_of(chapter: str) -> dict[str, str]:
    """The alternative texts of a chapter, such as "04", by key; none where it has none."""
    return {key: " ".join(text.split()) for key, text in words_of(int(chapter), "alt").items()}
