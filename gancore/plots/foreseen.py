"""What came out, beside what the reader foresaw: `outcome`."""

import html
from typing import Any

from matplotlib.figure import Figure

from gancore.lessons.predictions.kinds import Answer, Number, find_prediction
from gancore.lessons.predictions.ledger import guess_of, record
from gancore.plots.style import BLUE, ORANGE, figure, show


def outcome(number: str, value: Any) -> None:
    """Say that `value` came out of prediction `number`, and whether the reader foresaw it; draw numbers on their scale.

    A chapter draws a curve that was sketched into its own figure, with `guess`.

    Raises GancoreError where there is no such prediction, or `value` is no answer to it.
    """
    from IPython.display import display

    prediction = find_prediction(number)
    found, guess = prediction.answer(value), guess_of(prediction)
    said = prediction.compare(guess, found)
    if guess is not None:
        record(prediction, found)
    if guess is not None and isinstance(prediction, Number):
        show(on_a_scale(prediction, guess, found), alt=said)
    display({"text/html": f"<p>{html.escape(said)}</p>", "text/plain": said}, raw=True)


def on_a_scale(prediction: Number, guess: Answer, found: Answer) -> Figure:
    """Both numbers as marks on the scale of the question."""
    drawn, (axes,) = figure(6, 0.9)
    axes.plot(guess, 0, "o", color=ORANGE, markersize=11, fillstyle="none", markeredgewidth=2, label="you foresaw")
    axes.plot(found, 0, "D", color=BLUE, markersize=7, label="it is")
    ends = (prediction.lowest, prediction.highest, found)
    margin = 0.03 * (max(ends) - min(ends))
    axes.set(xlim=(min(ends) - margin, max(ends) + margin), ylim=(-1, 1), yticks=[], xlabel=prediction.unit)
    axes.spines["left"].set_visible(False)
    axes.legend(loc="center left", bbox_to_anchor=(1, 0.5), frameon=False, fontsize=9)
    return drawn
