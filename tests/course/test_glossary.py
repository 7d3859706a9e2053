"""The glossary: in order, every term where it says it is introduced, and no term of a chapter left out."""

import re
from dataclasses import dataclass
from functools import cache

import pytest
from execute import COURSE, read

ENTRY = re.compile(r"\*\*(?P<term>[^*]+)\*\*: (?P<text>.+)\n\[Chapter (?P<number>\d\d)\]\((?P<file>\S+)\)", re.DOTALL)
BOLD = re.compile(r"\*\*([^*\n]+)\*\*")
SENTENCE_END = re.compile(r"[.?!](?=\s|$)")
MOST_SENTENCES = 3
LONGEST_TERM = 4  # words; more in bold are a sentence that matters
NOT_TERMS = {"predict", "true", "one", "five d steps", "the data range", "β₁ at 0"}  # bold for another reason
CHAPTERS = sorted(path.name for path in COURSE.glob("*.ipynb"))
BEGINNING, *BLOCKS = (COURSE / "glossary.md").read_text(encoding="utf-8").strip().split("\n\n**")


@dataclass(frozen=True)
class Entry:
    """A term, what it means, and the file of the chapter that introduces it."""

    term: str
    text: str
    number: str
    file: str


def parse(block: str) -> Entry:
    found = ENTRY.fullmatch(block)
    assert found, block
    return Entry(**found.groupdict())


def tidy(text: str) -> str:
    """Lower case, one space between words, and every dash a hyphen."""
    return re.sub(r"[‐‑–—]", "-", " ".join(text.lower().split()))


@cache
def prose_of(chapter: str) -> str:
    return "\n\n".join(cell.source for cell in read(COURSE / chapter).cells if cell.cell_type == "markdown")


def terms_in_bold(text: str) -> set[str]:
    """What is set in bold as a term is: in lower case, a few words, and no sentence."""
    bold = {tidy(term) for term in BOLD.findall(text) if term[0].islower() and term[-1].isalnum()}
    return {term for term in bold if len(term.split()) <= LONGEST_TERM} - NOT_TERMS


def is_said_by(term: str, entry: str) -> bool:
    """Whether an entry is about a term in bold, which may be in the plural or a part of the entry."""
    return term.startswith(entry) or re.search(rf"\b{re.escape(term)}\b", entry) is not None


ENTRIES = [parse("**" + block) for block in BLOCKS]


def test_terms_are_in_alphabetical_order_and_none_comes_twice():
    terms = [tidy(entry.term) for entry in ENTRIES]
    assert terms == sorted(set(terms))
    assert len(terms) > 50
    assert BEGINNING.startswith("# Glossary\n")


def test_every_term_links_the_chapter_that_it_names():
    wrong = [entry.term for entry in ENTRIES if not (entry.file in CHAPTERS and entry.file.startswith(entry.number))]
    assert wrong == []


def test_every_term_occurs_in_the_chapter_that_introduces_it():
    assert [entry.term for entry in ENTRIES if tidy(entry.term) not in tidy(prose_of(entry.file))] == []


def test_no_earlier_chapter_introduces_a_term():
    bold = {chapter: {tidy(term) for term in BOLD.findall(prose_of(chapter))} for chapter in CHAPTERS}
    pairs = [(entry.term, chapter) for entry in ENTRIES for chapter in CHAPTERS if chapter < entry.file]
    assert [(term, chapter) for term, chapter in pairs if tidy(term) in bold[chapter]] == []


def test_every_term_is_defined_in_a_few_sentences():
    assert [entry.term for entry in ENTRIES if not 1 <= len(SENTENCE_END.findall(entry.text)) <= MOST_SENTENCES] == []
    assert [entry.term for entry in ENTRIES if not entry.text.endswith(".")] == []


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_no_term_that_a_chapter_defines_is_left_out(chapter):
    entries = [tidy(entry.term) for entry in ENTRIES]
    terms = terms_in_bold(prose_of(chapter))
    assert sorted(term for term in terms if not any(is_said_by(term, entry) for entry in entries)) == []


def test_terms_in_bold_are_told_from_sentences_in_bold():
    text = (
        "**latent vectors** **Predict:** **p(x)** **zero‑sum game** **predict** **no single number is enough** `x ** 2`"
    )
    assert terms_in_bold(text) == {"latent vectors", "zero-sum game"}


def test_a_plural_and_a_part_of_an_entry_are_said_by_it():
    assert is_said_by("latent vectors", "latent vector")
    assert is_said_by("explicit", "explicit density")
    assert not is_said_by("late", "latent vector")


@pytest.mark.parametrize(
    "block", ["**term** what it means", "**term**: what it means.", "term: means.\n[Chapter 01](a)"]
)
def test_an_entry_of_another_form_is_refused(block):
    with pytest.raises(AssertionError):
        parse(block)
