"""A prediction, entered before the outcome is seen, and kept."""

import html
from typing import Any

from ipywidgets import HTML

from gancore.lessons.predictions.kinds import Prediction, find_prediction
from gancore.lessons.predictions.ledger import enter, guess_of
from gancore.widgets.entries import ENTRIES
from gancore.widgets.quiz import STYLE
from gancore.widgets.threads import on_main_thread
from gancore.widgets.view import Panel, Status

NOTHING_YET = "Not answered yet. The cells below run without it, too."


def predict(number: str) -> "PredictionBox":
    """The prediction `number`, such as "6b", to be entered. Raises GancoreError where there is no such prediction."""
    return PredictionBox(find_prediction(number))


class PredictionBox(Panel):
    """A question and the controls to answer it; what is entered is kept. Text and HTML where no kernel runs.

    `entry` holds the controls, `status` says what is kept.
    """

    def __init__(self, prediction: Prediction) -> None:
        self.prediction = prediction
        self.entry = ENTRIES[type(prediction)](prediction)
        self.status = Status()
        kept = guess_of(prediction)
        if kept is not None:
            self.entry.put(kept)
        super().__init__([HTML(f"{STYLE}{self._heading()}"), self.entry, self.status])
        self.add_class("gancore-quiz")
        self._say("")
        self.entry.tell(on_main_thread(self._keep))

    def _heading(self) -> str:
        number, question = (html.escape(text) for text in (self.prediction.number, self.prediction.question))
        return f"<p><b>Predict {number}.</b> {question}</p>"

    def _keep(self) -> None:
        answer = self.entry.get()
        self._say("" if answer is None else enter(self.prediction, answer))

    def _say(self, trouble: str) -> None:
        answer = self.entry.get()
        if answer is None:
            self.status.say(NOTHING_YET)
        else:
            kept = trouble or "It is kept; you may change it until you look."
            self.status.say(f"You foresee {self.prediction.in_words(answer)}. {kept}")

    def _repr_mimebundle_(self, **kwargs: Any) -> dict[str, Any]:
        bundle = super()._repr_mimebundle_(**kwargs)
        answers = self.prediction.answers_in_words()
        items = "".join(f"<li>{html.escape(answer)}</li>" for answer in answers)
        text = "\n".join(
            [f"Predict {self.prediction.number}. {self.prediction.question}", *(f"- {a}" for a in answers)]
        )
        return {**bundle, "text/html": f"{self._heading()}<ul>{items}</ul>", "text/plain": text}
