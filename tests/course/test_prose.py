"""The prose of the course: spelled, in British spelling, long enough and no longer, and never telling that it is easy.

Prose is what a reader reads: text cells, the glossary and the README without code and formulas, what pictures say
in place of themselves, and what exercises, predictions and quizzes say. words.txt beside this file holds the words
that no dictionary knows.
"""

import re
from functools import cache, partial
from pathlib import Path

import pytest
from execute import COURSE, PICTURE, REPOSITORY, outputs, read
from helpers.places import BANKS
from spellchecker import SpellChecker

from gancore.lessons import teaching
from gancore.lessons.predictions import kinds

CHAPTERS = sorted(path.name for path in COURSE.glob("*.ipynb"))
PAGES = ("README.md", "INSTRUCTORS.md", "CHANGELOG.md", "CONTRIBUTING.md", "course/glossary.md", "course/LICENSE.md")
CHAPTERS_WITH_BANK = sorted(int(path.stem.removeprefix("ch")) for path in BANKS.glob("ch*.py"))
FEWEST_WORDS, MOST_WORDS = 1000, 2500  # of a chapter
WORDS = Path(__file__).parent / "words.txt"

NOT_PROSE = re.compile(
    r"^```.*?^```"  # code in a block
    r"|`[^`\n]*`"  # code in a line
    r"|\$\$.*?\$\$|\$[^$\n]*\$"  # formulas
    r"|(?<=\])\([^)]*\)|<?https?://\S+"  # where links lead
    r"|<[^>]+>|&\w+;",  # HTML
    re.MULTILINE | re.DOTALL,
)
WORD = re.compile(r"[A-Za-zÀ-ž]+(?:['’][A-Za-z]+)*")
TITLE = re.compile(r"(?<!\*)\*[^*\n]+\*(?!\*)")  # of a paper; its spelling is its authors'
READING = re.compile(r"^## Read next$.*?(?=^## |\Z)", re.MULTILINE | re.DOTALL)

EASY = re.compile(
    r"\b(?:eas(?:y|ier|iest|ily)|obvious(?:ly)?|trivial(?:ly)?|simpl(?:e|er|est|y)|straightforward(?:ly)?|just)\b",
    re.IGNORECASE,
)
AMERICAN = re.compile(
    r"\b(?:(?:behavi|col|fav|flav|hon|lab|neighb|rum|vap|vig)or(?:s|ed|ing|al|able|ful|hood|hoods|ite|less)?"
    r"|(?:re)?center(?:s|ed|ing)?|fibers?|meters?|theaters?|grays?|grayscale|artifacts?|defenses?|offenses?"
    r"|(?:un|mis|re)?(?:label|model|cancel|travel|level|signal|channel)(?:ed|ing)|catalogs?|analogs?|dialogs?"
    r"|fulfills?|skillful(?:ly)?|judgments?|aluminum|gotten"
    r"|(?!(?:re|over)?siz|priz|seiz|capsiz)\w+[iy]z(?:e|es|ed|er|ers|ing|able|ation|ations))\b",
    re.IGNORECASE,
)
PARTS = (  # in this order
    r"\A# \d\d · \S",
    r"^\*\*[^*]+\?\*\*$",  # the question
    r"^After this .+ you can$",
    r"^\*\*You need\*\* ",
    r"\*\*Time:\*\* ",
    r"\*\*In a hurry\?\*\* ",
    r"^## \d?\S",
    r"^## Check yourself$",
    r"^## Summary$",
    r"^## Read next$",
    r"^[←→].*\.ipynb\)",
)
TO_AMERICAN = (
    (r"our", "or"),
    (r"([iy])s(?=(?:e|es|ed|er|ers|ing|able|ation|ations)$)", r"\1z"),
    (r"re(?=s?$)", "er"),
    (r"red$", "ered"),
    (r"ring$", "ering"),
    (r"ll(?=(?:ed|ing|er|ers)$)", "l"),
    (r"ogue(?=s?$)", "og"),
    (r"ence(?=s?$)", "ense"),
    (r"lful", "llful"),
)


def prose(text: str) -> str:
    """Markdown without code, formulas, HTML, and where links lead."""
    return NOT_PROSE.sub(" ", text)


def cells_of(name: str) -> str:
    """The text cells of a chapter."""
    return "\n\n".join(cell.source for cell in read(COURSE / name).cells if cell.cell_type == "markdown")


def pictures_of(name: str) -> str:
    """What the pictures of a chapter say in place of themselves."""
    shown = [output.get("data", {}) for _, output in outputs(read(COURSE / name))]
    return "\n\n".join(data["text/plain"] for data in shown if PICTURE in data)


def bank_of(chapter: int) -> str:
    """What the exercises and the quiz of a chapter say."""
    bank = teaching.load_bank(chapter)
    said = []
    for exercise in bank.EXERCISES:
        said += [exercise.title, exercise.praise, *exercise.hints, *(mistake.message for mistake in exercise.mistakes)]
    for question in bank.QUIZ:
        said += [question.text, *(text for option in question.options for text in (option.text, option.why))]
    return "\n\n".join(said)


def predictions_of(chapter: int) -> str:
    """What the predictions of a chapter ask, and the answers that they offer."""
    asked = kinds.predictions_of(chapter).values()
    return "\n\n".join(text for one in asked for text in (one.question, *one.answers_in_words()))


def page(path: str) -> str:
    return (REPOSITORY / path).read_text(encoding="utf-8")


TEXTS = {path: partial(page, path) for path in PAGES}
TEXTS |= {name: partial(cells_of, name) for name in CHAPTERS}
TEXTS |= {f"pictures-{name[:2]}": partial(pictures_of, name) for name in CHAPTERS}
TEXTS |= {f"predictions-{name[:2]}": partial(predictions_of, int(name[:2])) for name in CHAPTERS}
TEXTS |= {f"exercises-{chapter:02d}": partial(bank_of, chapter) for chapter in CHAPTERS_WITH_BANK}

by_text = pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS.keys())
by_chapter = pytest.mark.parametrize("name", CHAPTERS)


@cache
def dictionary() -> SpellChecker:
    return SpellChecker(language="en")


@cache
def our_words() -> frozenset[str]:
    return frozenset(WORDS.read_text(encoding="utf-8").split())


def in_dictionary(word: str) -> bool:
    """Whether the dictionary, which is American, knows a word or its American form."""
    candidates = [word, *(re.sub(british, american, word) for british, american in TO_AMERICAN)]
    return any(candidate in dictionary() for candidate in candidates)


def is_known(word: str) -> bool:
    """Whether a word is in the dictionary or on our list; signs and abbreviations in capitals are not words."""
    plain = word.replace("’", "'").removesuffix("'s").removesuffix("'")
    if len(plain) < 3 or plain.isupper():
        return True
    return in_dictionary(plain.lower()) or plain.lower() in our_words()


def find_misspelled(text: str) -> list[str]:
    return sorted({word for word in WORD.findall(prose(text)) if not is_known(word)})


def find_american(text: str) -> list[str]:
    """American spellings, but for the titles of papers."""
    own = READING.sub(lambda section: TITLE.sub(" ", section[0]), prose(text))
    return sorted({found[0] for found in AMERICAN.finditer(own)})


def find_easy(text: str) -> list[str]:
    """Words that tell a reader who finds something hard that it is easy."""
    return sorted({found[0] for found in EASY.finditer(prose(text))})


def find_missing_parts(text: str) -> list[str]:
    """The parts of PARTS that a chapter lacks, or has in another order."""
    missing, place = [], 0
    for part in PARTS:
        found = re.compile(part, re.MULTILINE).search(text, place)
        missing += [] if found else [part]
        place = found.end() if found else place
    return missing


def count_words(text: str) -> int:
    return len(WORD.findall(prose(text)))


@by_text
def test_prose_is_spelled_as_a_dictionary_or_our_list_has_it(text):
    assert find_misspelled(text()) == []


@by_text
def test_prose_is_spelled_in_the_british_way(text):
    assert find_american(text()) == []


@pytest.mark.parametrize("text", [*map(TEXTS.get, (*PAGES, *CHAPTERS))], ids=(*PAGES, *CHAPTERS))
def test_nobody_is_told_that_something_is_easy(text):
    assert find_easy(text()) == []


@by_chapter
def test_a_chapter_is_long_enough_and_no_longer(name):
    assert FEWEST_WORDS <= count_words(cells_of(name)) <= MOST_WORDS


@by_chapter
def test_a_chapter_has_the_parts_that_a_reader_looks_for(name):
    assert find_missing_parts(cells_of(name)) == []


def test_our_list_of_words_is_in_order_and_holds_only_what_the_dictionary_lacks():
    lines = WORDS.read_text(encoding="utf-8").splitlines()
    assert lines == sorted(set(lines))
    assert [word for word in lines if word != word.lower() or in_dictionary(word)] == []


# The checks, on planted mistakes


MISSPELLED = (
    "teh recieve seperate occured discriminater generaters lenght probabilty optmiser colur neigbour recognisse "
    "latnet Gausian distributon wich behavoir normalisaton"
)
FOREIGN = (
    "behavior color colored neighboring favorite labor center Centered gray grayscale optimizer optimize minimizing "
    "normalization analyzed labeled unlabeled modeling canceled artifact defense fiber meters fulfill skillful"
)


@pytest.mark.parametrize("word", MISSPELLED.split())
def test_a_misspelled_word_is_caught(word):
    assert find_misspelled(f"The {word}, as in `{word}` and ${word}$, [is](a/{word}.md) here.") == [word]


@pytest.mark.parametrize(
    "words",
    [
        "colour behaviour optimiser optimisers centre centred centres neighbouring recognise recognises recognised",
        "labelled unlabelled modelling generalise generalisation analyse analysed grey favourite artefact defence",
        "normalised normalisation visualise organised minimise minimising dialogue catalogue travelled skilful",
        "don't reader’s players' it's café SVHN",
    ],
)
def test_a_word_that_is_spelled_right_is_known(words):
    assert find_misspelled(words) == []


@pytest.mark.parametrize("word", FOREIGN.split())
def test_an_american_spelling_is_caught(word):
    assert find_american(f"The {word}, as in `{word}`.") == [word]


def test_words_that_only_look_american_pass():
    text = "size sized resizing prize horizon parameter perimeter laboratory collaborate coloratura grey labels metre"
    assert find_american(text) == []


def test_the_title_of_a_paper_keeps_its_spelling_where_papers_are_listed():
    paper = "Miyato et al., *Spectral Normalization for GANs*: section 2"
    assert find_american(f"## Read next\n\n- {paper}\n") == []
    assert find_american(f"{paper}\n\n## Read next\n\n{paper} and normalization") == ["Normalization", "normalization"]


@pytest.mark.parametrize(
    "sentence", ["It is easy.", "Obviously so.", "A trivial step.", "Simply add.", "Just add.", "This is simple."]
)
def test_a_word_that_the_course_never_uses_is_caught(sentence):
    assert len(find_easy(sentence)) == 1
    assert find_easy(f"`{sentence}` An adjustment for unjust and uneasy people, whose queasy disease increases.") == []


@pytest.mark.parametrize("part", ["**Can it?**", "**In a hurry?** ", "## Summary", "← [01](01.ipynb)"])
def test_a_part_that_is_missing_is_caught(part):
    chapter = (
        "# 02 · Title\n**Can it?**\nAfter this chapter you can\n- read.\n"
        "**You need** x. **Time:** 5. **In a hurry?** Run.\n## 1. Part\n"
        "## Check yourself\n## Summary\n## Read next\n← [01](01.ipynb)"
    )
    assert find_missing_parts(chapter) == []
    assert len(find_missing_parts(chapter.replace(part, ""))) == 1


def test_only_prose_is_counted():
    text = "# Three small words\n```\nnot = this\n```\nand `code` and $x + y$, $$\\int z$$ [two more](there/or_not.md)."
    assert count_words(text) == 7
