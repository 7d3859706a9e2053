"""What the GAN and every relative promise: one protocol, the same images for a seed, errors that say what to do."""

import time
from collections.abc import Callable
from functools import partial

import pytest
import torch
from torch import Tensor

from gancore.data import ImageData, to_float
from gancore.errors import GancoreError
from gancore.generative import MODELS, GaussianNaiveBayes, GenerativeAdversarialNetwork, GenerativeModel
from gancore.generative.gan import framed
from gancore.metrics.classifier import Extractor, load_extractor
from gancore.models import ConditionalMLPGenerator, MLPGenerator

SIDE = 6
ROUNDS = 50  # of the GAN's game, enough to tell two kinds of bars apart; digits take more


def bars(count: int = 120) -> tuple[Tensor, Tensor]:
    """Images `(count, 1, 6, 6)` of noise below a bright bar: an upright one for label 3, a lying one for label 7."""
    rng = torch.Generator().manual_seed(0)
    images = torch.rand(count, 1, SIDE, SIDE, generator=rng) * 0.4 - 1
    labels = torch.where(torch.rand(count, generator=rng) < 0.25, 3, 7)
    for image, label in zip(images, labels, strict=True):
        place = int(torch.randint(2, 4, (), generator=rng))
        bar = image[0, :, place] if label == 3 else image[0, place]
        bar += 1.4
    return images, labels


@pytest.fixture(scope="module", params=MODELS.values(), ids=lambda kind: kind.__name__)
def kind(request) -> Callable[[], GenerativeModel]:
    """Makes a model that has learnt nothing yet."""
    return partial(request.param, rounds=ROUNDS) if request.param is GenerativeAdversarialNetwork else request.param


@pytest.fixture
def brief(kind) -> Callable[[], GenerativeModel]:
    """The same, where a GAN learns for two rounds."""
    return partial(GenerativeAdversarialNetwork, rounds=2) if isinstance(kind, partial) else kind


@pytest.fixture(scope="module")
def told(kind) -> GenerativeModel:
    """A model that was fitted with labels."""
    return kind().fit(*bars())


@pytest.fixture(scope="module")
def untold(kind) -> GenerativeModel:
    """A model that was fitted without."""
    return kind().fit(bars()[0])


def test_samples_are_images_like_those_at_fit_in_the_range_of_tanh(told, untold):
    for samples in (told.sample(5), told.sample(5, label=7), untold.sample(5), untold.sample(1)):
        assert samples.shape[1:] == (1, SIDE, SIDE)
        assert samples.dtype == torch.float32
        assert samples.min() >= -1
        assert samples.max() <= 1
    assert len(untold.sample(5)) == 5
    assert untold.sample(5).unique(dim=0).shape[0] > 1


def test_a_label_at_fit_lets_one_ask_for_a_class(told):
    upright, lying = told.sample(60, label=3, seed=0)[:, 0], told.sample(60, label=7, seed=0)[:, 0]
    assert upright[:, :, 2:4].mean() > upright[:, 2:4].mean() + 0.1
    assert lying[:, 2:4].mean() > lying[:, :, 2:4].mean() + 0.1


def test_without_a_label_classes_come_in_the_shares_of_the_training_set(told):
    share = float((bars()[1] == 3).float().mean())
    assert told.classes == (3, 7)
    assert told.prior == pytest.approx([share, 1 - share])
    samples = told.sample(600, seed=1)[:, 0]
    upright = samples[:, :, 2:4].mean((1, 2)) > samples[:, 2:4].mean((1, 2))
    # Some samples of the noisier models cannot be told apart; half of each would be 0.5.
    assert float(upright.float().mean()) == pytest.approx(share, abs=0.12)


def test_the_same_seed_gives_the_same_model_and_the_same_images(kind, told):
    again = kind().fit(*bars())
    assert torch.equal(told.sample(9, seed=5), again.sample(9, seed=5))
    assert torch.equal(told.sample(9, label=3, seed=5), told.sample(9, label=3, seed=5))
    assert not torch.equal(told.sample(9, seed=5), told.sample(9, seed=6))


def test_without_a_seed_images_follow_the_global_random_numbers_of_torch(told):
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(3)
        first, second = told.sample(4), told.sample(4)
        torch.manual_seed(3)
        assert torch.equal(told.sample(4), first)
        assert not torch.equal(first, second)


def test_fitting_and_drawing_with_a_seed_leave_the_global_random_numbers_alone(brief):
    state = torch.get_rng_state()
    brief().fit(*bars(40)).sample(3, seed=0)
    assert torch.equal(torch.get_rng_state(), state)


def test_colour_images_that_are_not_square_keep_their_shape(brief):
    images = torch.rand(40, 3, 4, 5, generator=torch.Generator().manual_seed(0)) * 2 - 1
    assert brief().fit(images).sample(2, seed=0).shape == (2, 3, 4, 5)


def test_drawing_before_fit_says_to_fit(kind):
    with pytest.raises(GancoreError, match=r"fit\(images\)"):
        kind().sample(1)


def test_asking_a_model_that_has_learnt_nothing_says_to_fit(kind):
    model, images = kind(), bars()[0]
    for name in ("means", "deviations", "strokes"):
        if hasattr(kind, name):
            with pytest.raises(GancoreError, match=r"fit\(images\)"):
                getattr(model, name)
    for name in ("log_prob", "predict", "elbo", "proportions", "encode"):
        if hasattr(kind, name):
            with pytest.raises(GancoreError, match=r"fit\(images\)"):
                getattr(model, name)(images)


def test_a_label_that_was_not_at_fit_is_refused_with_those_that_were(told, untold):
    with pytest.raises(GancoreError, match=r"\b4\b.*\b3, 7\b"):
        told.sample(1, label=4)
    with pytest.raises(GancoreError, match=r"fit\(images, labels\)"):
        untold.sample(1, label=3)
    with pytest.raises(GancoreError, match=r"count is 0.*at least 1"):
        told.sample(0)


@pytest.mark.parametrize(
    ("images", "message"),
    [
        (torch.zeros(4, 6, 6), r"\(4, 6, 6\).*\(N, C, H, W\)"),
        (torch.zeros(0, 1, 6, 6), "empty"),
        (torch.zeros(4, 1, 6, 6, dtype=torch.uint8), r"torch\.uint8.*floats.*to_float"),
        (torch.linspace(0, 255, 144).view(4, 1, 6, 6), r"0 to 255.*\[-1, 1\]"),
        (torch.full((4, 1, 6, 6), torch.nan), "nan"),
        (torch.zeros(4, 1, 6, 6), r"\b4\b.*alike"),
    ],
)
def test_unusable_images_are_refused_with_the_way_out(kind, images, message):
    with pytest.raises(GancoreError, match=message):
        kind().fit(images)


@pytest.mark.parametrize("labels", [torch.zeros(3, dtype=torch.int64), torch.zeros(120), torch.zeros(120, 1).long()])
def test_labels_that_do_not_pair_up_with_the_images_are_refused(kind, labels):
    with pytest.raises(GancoreError, match=r"120 images.*\(120,\)"):
        kind().fit(bars()[0], labels)


def test_labels_may_be_an_array_or_a_list():
    images, labels = bars()
    wanted = GaussianNaiveBayes().fit(images, labels).means
    for same in (labels.numpy(), labels.tolist()):
        assert torch.equal(GaussianNaiveBayes().fit(images, same).means, wanted)


def test_a_failed_fit_leaves_the_model_as_it_was(told):
    before = told.sample(3, seed=0)
    with pytest.raises(GancoreError):
        told.fit(torch.zeros(4, 6, 6))
    assert torch.equal(told.sample(3, seed=0), before)


def test_images_of_another_shape_than_at_fit_are_refused(told):
    asked = [name for name in ("log_prob", "predict", "elbo", "proportions", "encode") if hasattr(told, name)]
    for name in asked:
        with pytest.raises(GancoreError, match=r"\(1, 5, 6\).*\(1, 6, 6\)"):
            getattr(told, name)(torch.zeros(2, 1, 5, 6))


def test_only_models_with_a_density_in_closed_form_have_log_prob():
    assert [name for name, kind in MODELS.items() if hasattr(kind, "log_prob")] == ["naive Bayes", "Gaussian mixture"]


# The GAN


def test_a_single_class_is_learnt_and_asked_for_like_one_of_many():
    upright = bars()[0][bars()[1] == 3]
    told = GenerativeAdversarialNetwork(rounds=1).fit(upright, torch.full((len(upright),), 3))
    assert told.classes == (3,)
    assert told.sample(2, label=3, seed=0).shape == told.sample(2, seed=0).shape == (2, 1, SIDE, SIDE)


def test_images_of_an_odd_size_get_a_black_margin_and_samples_lose_it():
    images = torch.rand(2, 3, 30, 20)
    assert torch.equal(framed(images)[..., :30, :20], images)
    assert framed(images).shape == (2, 3, 32, 32)
    assert framed(images).sum() == pytest.approx(float(images.sum()) - 2 * 3 * (32 * 32 - 30 * 20), rel=1e-5)
    assert framed(torch.zeros(1, 1, 28, 28)).shape == (1, 1, 28, 28)


def test_a_gan_refuses_images_that_are_too_large_and_a_game_without_rounds():
    with pytest.raises(GancoreError, match=r"8×65.*\b64\b"):
        GenerativeAdversarialNetwork().fit(torch.rand(2, 1, 8, 65))
    with pytest.raises(GancoreError, match="rounds is 0"):
        GenerativeAdversarialNetwork(0)
    with pytest.raises(GancoreError, match="players is 'kings'; choose one of mlp, "):
        GenerativeAdversarialNetwork(players="kings")


def test_a_gan_of_perceptrons_is_one_and_plays_for_as_long_as_it_is_given():
    images, labels = bars()
    started = time.perf_counter()
    told = GenerativeAdversarialNetwork(players="mlp", seconds=1.0).fit(images, labels)
    assert 1 <= time.perf_counter() - started < 30
    assert isinstance(told.generator, ConditionalMLPGenerator)
    assert isinstance(GenerativeAdversarialNetwork(1, players="mlp").fit(images).generator, MLPGenerator)


# On the digits


@pytest.fixture(scope="module")
def extractor() -> Extractor:
    return load_extractor()


# Of 200 digits asked for, the share that the classifier reads as asked, less a margin: over seeds 0 to 4 it was 0.80 to
# 0.84 for the mixture, 0.99 to 1 for the machine, 0.73 to 0.80 for the autoencoder and, after
# 600 rounds on four fifths of the digits, 0.98 to 0.99 for the GAN. It reads
# neither the static of naive Bayes nor the ink of the topics, so nothing is promised of them. In `make test` chapter 03
# fits the slower ones, and asserts as much.
LEAST_FIDELITY = [
    ("Gaussian mixture", 0.7),
    pytest.param("restricted Boltzmann machine", 0.9, marks=pytest.mark.long),
    pytest.param("variational autoencoder", 0.65, marks=pytest.mark.long),
    pytest.param("generative adversarial network", 0.92, marks=pytest.mark.long),
]


@pytest.mark.parametrize(("name", "least"), LEAST_FIDELITY)
def test_digits_asked_for_are_mostly_the_digits_drawn(name, least, digits: ImageData, extractor):
    model = MODELS[name]().fit(to_float(digits.images), digits.labels)
    labels = torch.arange(10).repeat_interleave(20)
    samples = torch.cat([model.sample(20, label, seed=label) for label in range(10)])
    assert float((extractor.logits(samples).argmax(1) == labels).float().mean()) >= least
