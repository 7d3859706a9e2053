"""The quiz of a chapter: choose an option, and read what is to be said about it."""

from typing import Any

from ipywidgets import HTML, RadioButtons

from gancore.lessons.quizzes import Question, Quiz, with_code, without_ticks
from gancore.lessons.teaching import chapter_of, load_bank
from gancore.widgets.threads import on_main_thread
from gancore.widgets.view import Panel

# ipywidgets gives an option one line of fixed height, with the button floating beside it; a sentence may need more.
STYLE = """<style>
.gancore-quiz .widget-radio-box, .gancore-quiz .widget-radio-box label, .gancore-quiz .widget-html-content {
  height: auto; white-space: normal; line-height: 1.4; max-width: 60em; }
.gancore-quiz .widget-radio-box { width: auto; }
.gancore-quiz .widget-radio-box label { display: flex; flex-direction: row-reverse; justify-content: flex-end; }
.gancore-quiz .widget-radio-box input { float: none; flex: none; margin: 0.1em 0.5em 0 0; }
.gancore-quiz [role=status] { margin-bottom: 1em; }
</style>"""


def quiz(chapter: str) -> "QuizBox":
    """The quiz of `chapter`, such as "7", as a widget. Raises GancoreError where that chapter has none."""
    number = chapter_of(chapter)
    return QuizBox(Quiz(number, load_bank(number).QUIZ))


class QuizBox(Panel):
    """A quiz as radio buttons that the keyboard reaches; the same as text and HTML where no kernel runs."""

    def __init__(self, quiz: Quiz) -> None:
        self.quiz = quiz
        self.buttons = [self._make_buttons(number, question) for number, question in enumerate(quiz.questions, start=1)]
        self.replies = [HTML() for _ in quiz.questions]
        self.score = HTML(self._score())
        rows = [HTML(f"{STYLE}<h4>{quiz.title}</h4>")]
        for number, question in enumerate(quiz.questions, start=1):
            text = HTML(f"<b>{number}.</b> {with_code(question.text)}")
            rows += [text, self.buttons[number - 1], self.replies[number - 1]]
        super().__init__([*rows, self.score])
        self.add_class("gancore-quiz")
        update = on_main_thread(self._update)
        for buttons in self.buttons:
            buttons.observe(update, names="index")

    def _make_buttons(self, number: int, question: Question) -> RadioButtons:
        options = [(without_ticks(option.text), place) for place, option in enumerate(question.options)]
        return RadioButtons(options=options, value=None, description=f"Answer {number}", layout={"width": "auto"})

    def _choices(self) -> list[int | None]:
        return [buttons.index for buttons in self.buttons]

    def _score(self) -> str:
        return f'<div role="status">{self.quiz.progress(self._choices())}</div>'

    def _update(self) -> None:
        """Show the reply to every choice as it is now, which may be newer than the event."""
        for question, choice, reply in zip(self.quiz.questions, self._choices(), self.replies, strict=True):
            text = "" if choice is None else f'<div role="status">{with_code(question.explain(choice))}</div>'
            if reply.value != text:
                reply.value = text
        self.score.value = self._score()

    def _repr_mimebundle_(self, **kwargs: Any) -> dict[str, Any]:
        bundle = super()._repr_mimebundle_(**kwargs)
        return {**bundle, "text/html": self.quiz.as_html(), "text/plain": self.quiz.as_text()}
