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
from gancore.plots.zoo import bounds, chain_film, latent_plane, side_by_side
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


def test_the_same_seed_draws_the_same_digits_and_another_one_others(stocked):
    first = stocked.drawn("memory", seed=1)
    assert first.shape == (SHOWN, 1, 28, 28)
    assert torch.equal(stocked.drawn("memory", seed=1), first)
    assert not torch.equal(stocked.drawn("memory", seed=2), first)


def test_a_class_that_is_asked_for_is_what_is_drawn_and_read(stocked):
    for label in (6, None):
        assert stocked.read(stocked.drawn("memory", label, seed=1), label) == SHOWN
    assert stocked.read(stocked.drawn("memory", 6, seed=1), 7) == 0


def test_without_a_class_each_digit_comes_in_turn(stocked):
    assert stocked.asked(None).tolist() == list(range(10))
    assert stocked.asked(4).tolist() == [4] * SHOWN


def test_a_stranger_is_refused_with_those_that_are_there(stocked):
    with pytest.raises(GancoreError, match="no 'GAN' in this zoo; in it are: memory, blank, naive Bayes"):
        stocked.drawn("GAN")


def test_an_empty_zoo_is_not_looked_at(parts):
    with pytest.raises(GancoreError, match="This zoo is empty; admit a model"):
        ZooView(Zoo(*parts))


def test_html_in_the_name_of_a_model_does_not_come_alive(parts):
    zoo = Zoo(*parts)
    zoo.admit("<b>one</b>", Blank())
    page = "".join(getattr(part, "value", "") or "" for part in ZooView(zoo).children if hasattr(part, "value"))
    assert "<b>one" not in page
    assert "&lt;b&gt;one&lt;/b&gt;" in page


def test_the_table_has_a_row_for_each_model_and_the_last_for_real_digits(stocked):
    lines = str(stocked).splitlines()
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


def test_every_control_changes_the_picture_and_the_words(stocked):
    view = ZooView(stocked)
    seen = [view.picture.value]
    assert "Draw 1, asked for each digit in turn." in view.status.value
    view.digit.value = 4
    seen.append(view.picture.value)
    assert "Draw 1, asked for the digit 4." in view.status.value
    view.again.click()
    seen.append(view.picture.value)
    assert "Draw 2, asked for the digit 4." in view.status.value
    assert len(set(seen)) == 3


def test_every_model_has_its_row_and_is_read(stocked):
    view = ZooView(stocked)
    view.digit.value = 2
    assert "memory 10 of 10; blank " in view.picture.alt
    titles = [axes.get_title(loc="left") for axes in view.picture.content.axes]
    assert [title.partition(":")[0] for title in titles] == ["memory", "blank", "naive Bayes"]


def test_two_views_of_a_zoo_leave_each_other_alone(stocked):
    first, second = ZooView(stocked), ZooView(stocked)
    untouched = second.picture.value
    first.digit.value = 3
    first.again.click()
    assert second.picture.value == untouched


def test_the_alternative_text_says_what_is_drawn_and_stands_in_without_a_kernel(stocked):
    view = ZooView(stocked)
    view.digit.value = 2
    stand_in = view._repr_mimebundle_()
    assert stand_in["text/plain"] == view.picture.alt
    assert stand_in["image/png"]


def test_every_control_has_a_label_and_the_view_a_title(stocked):
    view = ZooView(stocked)
    assert [control.description for control in (view.digit, view.again)] == ["class", "Draw again"]
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


def test_models_stand_below_one_another_under_their_names():
    drawn = side_by_side({"first": numbered(3), "second": numbered(5)})
    assert [axes.get_title(loc="left") for axes in drawn.axes] == ["first", "second"]
    assert [axes.images[0].get_array().shape[1] for axes in drawn.axes] == [3 * 6 + 2, 5 * 6 + 2]  # with margins of 2


def test_ten_classes_have_ten_colours():
    codes, labels = torch.randn(10, 2), torch.arange(10)
    left, _ = latent_plane(codes, labels, numbered(9), reach=1.5).axes
    assert len({tuple(mark.get_facecolor()[0]) for mark in left.collections}) == 10


def test_bounds_and_gaps_end_at_the_same_height():
    z = torch.linspace(-1, 1, 5)
    _, right = bounds(z, torch.ones(5), {"one": torch.ones(5), "other": torch.ones(5)}, [-4.0, -2.5], -2.0).axes
    tops = [bar.get_y() + bar.get_height() for bar in right.patches[:4]]
    assert tops == pytest.approx([-4.0, -2.5, -2.0, -2.0])
