"""What a quiz is: questions, a key, and a word about every option. `gancore.widgets.quiz` draws it."""

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass
from string import ascii_lowercase


@dataclass(frozen=True)
class Option:
    """One way to answer, and what is said to those who choose it."""

    text: str
    why: str


@dataclass(frozen=True)
class Question:
    """A question whose right option is named by a letter: "a" is the first. Text in backticks is code."""

    text: str
    key: str
    options: tuple[Option, ...]

    @property
    def right(self) -> int:
        """The place of the right option, from 0."""
        return ascii_lowercase.index(self.key)

    def explain(self, choice: int) -> str:
        """What is said when option `choice`, counted from 0, is chosen."""
        verdict = "✓ Right." if choice == self.right else "✗ Not this one."
        return f"{verdict} {self.options[choice].why}"


@dataclass(frozen=True)
class Quiz:
    """The questions of a chapter."""

    chapter: int
    questions: tuple[Question, ...]

    @property
    def title(self) -> str:
        return f"Quiz of chapter {self.chapter:02d}"

    def progress(self, choices: Sequence[int | None]) -> str:
        """How many questions are answered, and rightly, where `choices` holds a place or None for each."""
        pairs = list(zip(self.questions, choices, strict=True))
        answered = sum(choice is not None for _, choice in pairs)
        right = sum(choice == question.right for question, choice in pairs)
        return f"{answered} of {len(pairs)} answered, {right} right."

    def as_text(self) -> str:
        """The questions and options, without the key."""
        lines = [self.title]
        for number, question in enumerate(self.questions, start=1):
            lines += ["", f"{number}. {question.text}"]
            lines += [f"   {letter}) {option.text}" for letter, option in zip_letters(question)]
        return "\n".join(lines)

    def as_html(self) -> str:
        """The quiz where no kernel runs: each option opens to show what is said about it."""
        parts = [f"<h4>{html.escape(self.title)}</h4>"]
        for number, question in enumerate(self.questions, start=1):
            parts.append(f"<p><b>{number}.</b> {with_code(question.text)}</p>")
            for place, (letter, option) in enumerate(zip_letters(question)):
                summary = f"<summary>{letter}) {with_code(option.text)}</summary>"
                parts.append(f"<details>{summary}<p>{with_code(question.explain(place))}</p></details>")
        return "\n".join(parts)


def zip_letters(question: Question) -> list[tuple[str, Option]]:
    """The options with their letters."""
    return list(zip(ascii_lowercase, question.options, strict=False))


def with_code(text: str) -> str:
    """Plain text as HTML, with what stands in backticks as code."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", html.escape(text))


def without_ticks(text: str) -> str:
    """Plain text for a place that knows no code, such as the label of a button."""
    return text.replace("`", "")
