"""The zoo scores what it admits as the metrics do, and shows what is asked for; its figures are the right way up."""

import numpy as np
import pytest
import torch
from torch import Tensor

from gancore.analysis.latents import square_grid
from gancore.data import ImageData, to_float
from gancore.errors import GancoreError
from gancore.generative import GaussianMixture, GaussianNaiveBayes, GenerativeModel
from gancore.lessons.zoo import DRAWN, REAL, SHOWN, Scores, Zoo
from gancore.metrics import class_fidelity, frechet_distance
from gancore.plots.zoo import chain_film, latent_plane
from gancore.widgets.zoo import ZooView


class Memory(GenerativeModel):
    """Draws its training images again."""

    def _learn(self, rows: np.ndarray, groups: np.ndarray) -> None:
        self.rows = [rows[groups == place] for place in range(groups.max() + 1)]

    def _draw(self, groups: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        return np.stack([rng.choice(self.rows[place]) for place in groups])


class Blank(Memory):
    """Draws nothing but black."""

    def _draw(self, groups: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        return np.full((len(groups), self.rows[0].shape[1]), -1.0)


@pytest.fixture(scope="module")
def parts(digits: ImageData) -> tuple[ImageData, ImageData]:
    """A hundred digits of each class, and as many others."""
    place = torch.arange(len(digits)) % 500
    return digits.subset(place < 100), digits.subset((place >= 100) & (place < 200))


@pytest.fixture(scope="module")
def stocked(parts) -> Zoo:
    zoo = Zoo(*parts)
    for name, model in (("memory", Memory()), ("blank", Blank()), ("naive Bayes", GaussianNaiveBayes())):
        zoo.admit(name, model)
    return zoo


@pytest.fixture
def zoo(stocked) -> Zoo:
    stocked.ask("memory", None)
    stocked.draw = 1
    return stocked


def test_what_copies_real_digits_scores_like_real_digits(stocked):
    memory, real = stocked.scores["memory"], stocked.scores[REAL]
    assert 0 <= memory.fid < real.fid < 2
    assert memory.fidelity == pytest.approx(1, abs=0.02)
    assert real.fidelity == pytest.approx(0.99, abs=0.02)


def test_what_draws_the_same_for_every_class_is_read_as_asked_one_time_in_ten(stocked):
    assert stocked.scores["blank"].fidelity == pytest.approx(0.1)
    assert stocked.scores["blank"].fid > 10


def test_a_score_is_that_of_the_metrics_on_as_many_samples_of_each_class(stocked, parts):
    model = stocked.models["naive Bayes"]
    samples = torch.cat([model.sample(DRAWN // 10, label, seed=label) for label in range(10)])
    reader = stocked.reader
    real = reader.features(to_float(parts[0].images))
    scores = stocked.scores["naive Bayes"]
    assert scores.fid == pytest.approx(frechet_distance(reader.features(samples), real))
    labels = torch.arange(10).repeat_interleave(DRAWN // 10)
    assert scores.fidelity == pytest.approx(class_fidelity(reader.logits(samples), labels))
    assert scores.fit_seconds > 0
    assert scores.draw_seconds > 0


def test_an_admitted_model_is_fitted_to_the_training_images_and_their_labels(stocked):
    assert stocked.models["memory"].classes == tuple(range(10))
    rows = to_float(stocked.training.images).flatten(1)
    assert torch.cdist(stocked.models["memory"].sample(5, seed=3).flatten(1), rows).min(1).values.max() < 0.1


def test_the_same_draw_shows_the_same_digits_and_another_one_others(zoo):
    first = zoo.images()
    assert first.shape == (SHOWN, 1, 28, 28)
    assert torch.equal(zoo.images(), first)
    zoo.draw_again()
    assert not torch.equal(zoo.images(), first)


def test_a_class_that_is_asked_for_is_what_is_drawn_and_read(zoo):
    zoo.ask("memory", 6)
    words = zoo.words(zoo.images())
    assert words == "Draw 1 of the memory, asked for 6: the classifier reads 24 of these 24 as 6."
    zoo.ask("memory", None)
    assert zoo.words(zoo.images()) == "Draw 1 of the memory: 24 digits of any class."


def test_a_stranger_is_refused_with_those_that_are_there(zoo):
    with pytest.raises(GancoreError, match="no 'GAN' in this zoo; in it are: memory, blank, naive Bayes"):
        zoo.ask("GAN", None)


def test_an_empty_zoo_is_not_looked_at(parts):
    with pytest.raises(GancoreError, match="This zoo is empty; admit a model"):
        ZooView(Zoo(*parts))


def test_html_in_the_name_of_a_model_does_not_come_alive(parts):
    zoo = Zoo(*parts)
    zoo.admit("<b>one</b>", Blank())
    page = ZooView(zoo).table.value
    assert "<b>" not in page
    assert "&lt;b&gt;one&lt;/b&gt;" in page


def test_the_table_has_a_row_for_each_model_and_the_last_for_real_digits(zoo):
    lines = str(zoo).splitlines()
    assert [line[:11].strip() for line in lines] == ["model", "memory", "blank", "naive Bayes", "unseen digi"]
    assert len({len(line) for line in lines}) == 1
    assert repr(Scores(1.26, 0.5, 2.0, 0.125)) == "fit: 2.0 s, draw 1,000: 0.12 s, FID: 1.3, read as asked: 50%"
    assert Scores(1, 1).cells()[:2] == ("–", "–")


def test_a_model_admitted_anew_takes_the_place_of_the_old_one(parts):
    zoo = Zoo(*parts)
    zoo.admit("clouds", GaussianMixture(1))
    first = zoo.models["clouds"]
    zoo.admit("clouds", GaussianMixture(2))
    assert zoo.models["clouds"] is not first
    assert len(zoo.rows()) == 3


# The view


def test_every_control_changes_the_picture_the_words_and_the_row_in_bold(zoo):
    view = ZooView(zoo)
    seen = [view.picture.value]
    view.model.value = "naive Bayes"
    seen.append(view.picture.value)
    assert "▶ naive Bayes" in view.table.value
    assert "▶ memory" not in view.table.value
    view.digit.value = 4
    seen.append(view.picture.value)
    assert "asked for 4" in view.status.value
    view.again.click()
    seen.append(view.picture.value)
    assert "Draw 2 of the naive Bayes" in view.status.value
    assert len(set(seen)) == 4


def test_the_alternative_text_says_what_is_drawn_and_stands_in_without_a_kernel(zoo):
    view = ZooView(zoo)
    view.digit.value = 2
    stand_in = view._repr_mimebundle_()
    assert stand_in["text/plain"] == zoo.words(zoo.images())
    assert stand_in["text/plain"] in stand_in["text/html"]
    assert stand_in["image/png"]


def test_every_control_has_a_label_and_the_view_a_title(zoo):
    view = ZooView(zoo)
    assert [control.description for control in (view.model, view.digit, view.again)] == ["model", "class", "Draw again"]
    assert "what each model draws" in view.children[0].value


# The figures


def numbered(count: int) -> Tensor:
    """Images of one pixel in ever lighter greys."""
    return torch.linspace(-1, 1, count).view(-1, 1, 1, 1).expand(-1, 1, 4, 4)


def test_a_grid_of_latents_begins_at_the_top_left_as_the_picture_does():
    grid = square_grid(3, reach=1.5)
    assert grid[[0, 2, 6, 8]].tolist() == [[-1, 1], [1, 1], [-1, -1], [1, -1]]
    codes, labels = torch.tensor([[-1.0, 1.0], [1.0, -1.0]]), torch.tensor([4, 7])
    left, right = latent_plane(codes, labels, numbered(9), reach=1.5).axes
    shown = right.images[0]
    assert tuple(shown.get_extent()) == (-1.5, 1.5, -1.5, 1.5)
    assert shown.origin == "upper"
    pixels = shown.get_array()
    quarter = len(pixels) // 6
    assert pixels[quarter, quarter] < pixels[quarter, -quarter] < pixels[-quarter, quarter] < pixels[-quarter, -quarter]
    assert left.get_xlim() == right.get_xlim() == left.get_ylim() == right.get_ylim()
    assert [mark.get_offsets().tolist() for mark in left.collections] == [[[-1, 1]], [[1, -1]]]


def test_a_film_has_a_column_for_every_step_named_by_it():
    frames = [numbered(2) for _ in range(3)]
    film = chain_film(frames, [0, 1, 100])
    assert [axes.get_title() for axes in film.axes] == ["0", "1", "100"]
