"""Every score against a closed form, a case done by hand, or a second implementation."""

import json
import math
import re
from dataclasses import replace

import numpy as np
import pytest
import scipy.linalg
import torch
from torchmetrics.image.fid import FrechetInceptionDistance
from torchmetrics.image.inception import InceptionScore
from torchmetrics.image.kid import KernelInceptionDistance

from gancore.data import ImageData, load, to_float
from gancore.errors import GancoreError
from gancore.metrics import (
    class_fidelity,
    class_shares,
    compare,
    density_and_coverage,
    density_error,
    frechet_distance,
    inception_score,
    kernel_distance,
    mode_coverage,
    novelty,
    precision_and_recall,
    report,
)
from gancore.metrics.classifier import load_extractor
from gancore.metrics.neighbours import nearest_distances


def normal(*shape: int, seed: int = 0) -> torch.Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


@pytest.fixture(scope="module")
def digits():
    return load("digits")


@pytest.fixture(scope="module")
def extractor():
    return load_extractor("digits")


@pytest.fixture(scope="module")
def small(digits):
    """A hundred digits a class."""
    return digits.subset(torch.arange(0, 5000, 5))


@pytest.fixture(scope="module")
def noisy(small):
    """The small set with noise on it: near the real digits, and no copy of one to the bit."""
    images = to_float(small.images)
    return (images + 0.2 * normal(*images.shape)).clamp(-1, 1)


@pytest.fixture(scope="module")
def scored(noisy, small, extractor):
    return report(noisy, small, extractor, labels=small.labels, name="noisy")


# Distances between sets of features


def with_moments(count: int, mean: torch.Tensor, root: torch.Tensor) -> torch.Tensor:
    """Rows whose sample mean is `mean` and whose sample covariance is `root` @ `root`.T, to rounding."""
    white = normal(count, len(mean)).double()
    white = white - white.mean(0)
    factor = torch.linalg.cholesky(torch.cov(white.T))
    return torch.linalg.solve_triangular(factor, white.T, upper=False).T @ root.T + mean


def test_fid_of_two_gaussians_is_the_closed_form():
    zero, shift = torch.zeros(3).double(), torch.tensor([1.0, -2.0, 0.5]).double()
    first = with_moments(400, zero, torch.diag(torch.tensor([1.0, 2.0, 3.0]).double()))
    second = with_moments(300, shift, torch.diag(torch.tensor([2.0, 2.0, 0.5]).double()))
    # Covariances that commute: |shift|² plus the squared differences of the standard deviations.
    assert frechet_distance(first, second) == pytest.approx(5.25 + 1 + 0 + 6.25, abs=1e-9)
    assert 0 <= frechet_distance(first, first) < 1e-9


def test_fid_on_digits_equals_scipys_matrix_square_root(extractor, noisy, small):
    first, second = extractor.features(noisy).double(), extractor.features(to_float(small.images)).double()
    a, b = np.cov(first.numpy().T), np.cov(second.numpy().T)
    root = scipy.linalg.sqrtm(a @ b).real
    expected = float((first.mean(0) - second.mean(0)).square().sum()) + np.trace(a + b - 2 * root)
    assert frechet_distance(first, second) == pytest.approx(expected, rel=1e-6)
    assert frechet_distance(second, first) == pytest.approx(expected, rel=1e-6)


def unbiased_mmd(first: torch.Tensor, second: torch.Tensor) -> float:
    """Gretton et al. (2012), lemma 6, with the cubic kernel of KID, pair by pair over rows."""

    def kernel(x, y):
        return (float(x @ y) / len(x) + 1) ** 3

    n, m = len(first), len(second)
    within = sum(kernel(first[i], first[j]) for i in range(n) for j in range(n) if i != j) / (n * (n - 1))
    within += sum(kernel(second[i], second[j]) for i in range(m) for j in range(m) if i != j) / (m * (m - 1))
    return within - 2 * sum(kernel(x, y) for x in first for y in second) / (n * m)


def test_kid_with_whole_sets_for_subsets_is_the_unbiased_mmd():
    first, second = normal(40, 5).double(), normal(40, 5, seed=1).double() + 0.5
    assert kernel_distance(first, second) == pytest.approx(unbiased_mmd(first, second), rel=1e-9)


def test_kid_of_float32_features_is_that_of_float64(noisy, small, extractor):
    first, second = extractor.features(noisy), extractor.features(to_float(small.images))
    assert kernel_distance(first, second) == pytest.approx(kernel_distance(first.double(), second.double()), abs=1e-6)


def test_kid_of_subsets_is_about_that_of_the_whole_and_the_same_for_a_seed(monkeypatch):
    monkeypatch.setattr("gancore.metrics.distances.KERNEL_SUBSET_SIZE", 200)
    first, second = normal(600, 5).double(), normal(600, 5, seed=1).double() + 0.5
    before = torch.get_rng_state()
    value = kernel_distance(first, second, seed=3)
    assert kernel_distance(first, second, seed=3) == value
    assert kernel_distance(first, second, seed=4) != value
    assert torch.equal(before, torch.get_rng_state())
    xx, yy, xy = ((a @ b.T / 5 + 1) ** 3 for a, b in ((first, first), (second, second), (first, second)))
    whole = (xx.sum() - xx.trace() + yy.sum() - yy.trace()) / (600 * 599) - 2 * xy.mean()
    assert value == pytest.approx(float(whole), rel=0.05)


def test_inception_score_is_1_for_equal_and_10_for_certain_and_balanced_predictions():
    assert inception_score(normal(1, 10).repeat(50, 1)) == pytest.approx(1, abs=1e-6)
    certain = 200.0 * torch.eye(10).repeat(30, 1)
    assert inception_score(certain) == pytest.approx(10, abs=1e-6)
    assert inception_score(certain[torch.arange(300) % 10 < 4]) == pytest.approx(4, abs=1e-6)


def test_inception_score_equals_the_formula_summed_directly():
    logits = 3 * normal(200, 7)
    p = logits.double().softmax(1)
    divergence = sum(float(q) * math.log(float(q / m)) for row in p for q, m in zip(row, p.mean(0), strict=True))
    assert inception_score(logits) == pytest.approx(math.exp(divergence / 200), rel=1e-6)


class Identity(torch.nn.Module):
    """Gives torchmetrics features where it expects images."""

    num_features = 64

    def forward(self, features: torch.Tensor) -> torch.Tensor:
        return features


@pytest.mark.filterwarnings("ignore::UserWarning")  # torchmetrics says what memory its scores take
def test_fid_kid_and_inception_score_of_digits_are_those_of_torchmetrics(extractor, noisy, small, monkeypatch):
    first, second = extractor.features(noisy), extractor.features(to_float(small.images))
    fid = FrechetInceptionDistance(Identity())
    kid = KernelInceptionDistance(Identity(), subsets=100, subset_size=300)
    for metric, rows in ((fid, (first.double(), second.double())), (kid, (first, second))):
        metric.update(rows[0], real=True)
        metric.update(rows[1], real=False)
    assert frechet_distance(first, second) == pytest.approx(float(fid.compute()), rel=1e-9)

    monkeypatch.setattr("gancore.metrics.distances.KERNEL_SUBSET_SIZE", 300)
    torch.manual_seed(3)  # torchmetrics draws its subsets from the global stream
    assert kernel_distance(first, second, seed=3) == pytest.approx(float(kid.compute()[0]), abs=1e-6)
    assert kernel_distance(first, second, seed=4) != pytest.approx(float(kid.compute()[0]), abs=1e-6)

    logits = extractor.classify(first)
    inception = InceptionScore(Identity(), splits=1)
    inception.update(logits.double())
    assert inception_score(logits) == pytest.approx(float(inception.compute()[0]), rel=1e-9)


def test_inception_score_of_predictions_that_leave_a_class_out_altogether_is_a_number():
    certain = 2000.0 * torch.eye(10)[:4].repeat(30, 1)  # e to the minus 2,000 is 0 in any precision
    assert inception_score(certain) == pytest.approx(4, abs=1e-6)


def test_too_few_images_for_a_score_are_refused_with_the_least_that_works():
    with pytest.raises(GancoreError, match=r"\b5 images\b.*covariance.*\b5 features\b.*\b6\b"):
        frechet_distance(normal(5, 5), normal(50, 5))
    with pytest.raises(GancoreError, match=r"kernel distance.*at least 2\b.*has 1\b"):
        kernel_distance(normal(1, 5), normal(50, 5))
    with pytest.raises(GancoreError, match=r"\b3 images\b.*\b4 neighbours\b.*\b4\b"):
        precision_and_recall(normal(3, 5), normal(50, 5))


# Neighbours


def loops(real: list, fake: list, neighbours: int) -> tuple[float, float, float]:
    """Precision, density and coverage by the definitions, one pair at a time."""
    radius = [sorted(math.dist(x, y) for y in real)[neighbours] for x in real]
    inside = [[math.dist(y, x) <= r for x, r in zip(real, radius, strict=True)] for y in fake]
    precision = sum(any(row) for row in inside) / len(fake)
    density = sum(map(sum, inside)) / (neighbours * len(fake))
    coverage = sum(any(column) for column in zip(*inside, strict=True)) / len(real)
    return precision, density, coverage


def test_precision_recall_density_and_coverage_equal_loops_over_all_pairs():
    real, fake = normal(70, 3).double(), 0.7 * normal(50, 3, seed=1).double() + 0.4
    lists = real.tolist(), fake.tolist()
    assert precision_and_recall(real, fake) == (loops(*lists, 3)[0], loops(*reversed(lists), 3)[0])
    assert density_and_coverage(real, fake) == pytest.approx(loops(*lists, 5)[1:], abs=1e-12)


def test_neighbour_scores_of_cases_done_by_hand():
    line = torch.arange(10.0).view(10, 1)
    assert precision_and_recall(line, line) == (1, 1)
    assert precision_and_recall(line, line + 100) == (0, 0)
    assert density_and_coverage(line, line + 100) == (0, 0)
    # Inner third neighbours are 2 away, those of the ends 3: all samples lie in some ball, but a
    # cluster of four at 0 reaches only what lies on it.
    cluster = torch.zeros(4, 1)
    assert precision_and_recall(line, cluster) == (1, 0.1)
    # Fifth neighbours of 0..9 are 5 4 3 3 3 3 3 3 4 5 away: the balls around 0, 1, 2 and 3 hold the point 0.
    assert density_and_coverage(line, cluster) == (4 / 5, 4 / 10)


def test_nearest_distances_do_not_depend_on_the_chunks(monkeypatch):
    points, others = normal(20, 4), normal(35, 4, seed=1)
    whole = nearest_distances(points, others, 3)
    monkeypatch.setattr("gancore.metrics.neighbours.CHUNK", 8)
    torch.testing.assert_close(nearest_distances(points, others, 3), whole)
    by_hand = sorted(math.dist(points[0].tolist(), other.tolist()) for other in others)[:3]
    torch.testing.assert_close(whole[0], torch.tensor(by_hand))


def test_novelty_catches_copies_and_passes_real_digits_that_were_not_trained_on(digits):
    order = torch.randperm(5000, generator=torch.Generator().manual_seed(0))
    training, unseen = digits.subset(order[:4000]).images, to_float(digits.subset(order[4000:]).images)
    real = novelty(unseen, training)
    assert real.ratio == pytest.approx(1, abs=0.03)
    assert real.copies < 0.025
    copied = novelty(to_float(training[:1000]), training)
    assert copied.ratio < 0.01
    assert copied.copies == 1
    retouched = (to_float(training[:1000]) + 0.1 * normal(1000, 1, 28, 28)).clamp(-1, 1)
    assert novelty(retouched, training).copies > 0.95
    half = novelty(torch.cat([unseen[:500], to_float(training[:500])]), training)
    assert half.copies == pytest.approx(0.5, abs=0.02)


def test_novelty_of_three_training_images_by_hand():
    training = torch.tensor([0, 51, 255], dtype=torch.uint8).view(3, 1, 1, 1)  # -1, -0.6 and 1
    # Unseen distances are 0.4, 0.4 and 1.6; the sample lies 0.2 above -0.6.
    result = novelty(torch.full((3, 1, 1, 1), -0.4), training)
    assert result.ratio == pytest.approx(0.5, abs=1e-5)
    assert result.copies == 1


def test_novelty_refuses_training_images_that_are_doubled():
    with pytest.raises(GancoreError, match="occur more than once"):
        novelty(torch.zeros(8, 1, 2, 2), torch.zeros(8, 1, 2, 2, dtype=torch.uint8))


def test_novelty_finds_doubles_among_many_images_whose_distances_are_rounded(digits):
    images = digits.images[::50]
    assert novelty(to_float(digits.images[1::50]), images).ratio == pytest.approx(1, abs=0.1)
    with pytest.raises(GancoreError, match="occur more than once"):
        novelty(to_float(digits.images[1::50]), images.repeat(2, 1, 1, 1))


# Classes


def test_class_shares_and_fidelity_count_the_likeliest_classes():
    logits = torch.eye(4)[[0, 0, 0, 2, 2, 3]] * 5
    assert class_shares(logits).tolist() == pytest.approx([3 / 6, 0, 2 / 6, 1 / 6])
    assert class_fidelity(logits, torch.tensor([0, 0, 1, 2, 3, 3])) == pytest.approx(4 / 6)
    assert class_fidelity(logits, [0, 0, 1, 2, 3, 3]) == pytest.approx(4 / 6)


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        (torch.zeros(5, dtype=torch.int64), r"shape \(5,\), expected int64 \(6,\)"),
        (torch.zeros(6), "torch.float32"),
        (torch.tensor([0, 1, 2, 3, 4, 1]), "from 0 to 4, but the classifier knows 0 to 3"),
        (torch.tensor([0, 1, 2, 3, -1, 1]), "from -1 to 3"),
    ],
)
def test_labels_that_do_not_fit_are_refused(labels, message):
    with pytest.raises(GancoreError, match=message):
        class_fidelity(torch.zeros(6, 4), labels)


# Toys


def test_mode_coverage_of_a_case_done_by_hand():
    centres = torch.tensor([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]])
    samples = torch.tensor([[0.05, 0.0], [0.0, -0.1], [0.9, 0.05], [0.5, 0.5]])
    found = mode_coverage(samples, centres, radius=0.15)
    assert (found.covered, found.modes, found.on_modes, found.samples) == (2, 3, 0.75, 4)
    assert str(found) == "2 of 3 modes, 75.0% of 4 samples on a mode"
    assert str(mode_coverage(samples, centres[:1], radius=0.15)) == "1 of 1 mode, 50.0% of 4 samples on a mode"


def uniform(points: torch.Tensor) -> torch.Tensor:
    """Of the square from -1 to 1."""
    return 0.25 * (points.abs() <= 1).all(dim=1)


def test_density_error_of_cases_done_by_hand():
    corners = torch.tensor([[-0.5, -0.5], [-0.5, 0.5], [0.5, -0.5], [0.5, 0.5]])
    assert density_error(corners, uniform, limit=1, bins=2).value == pytest.approx(0, abs=1e-6)
    assert density_error(corners[:1], uniform, limit=1, bins=2).value == pytest.approx(0.75, abs=1e-6)
    assert density_error(corners * 10, uniform, limit=1, bins=2).value == pytest.approx(1, abs=1e-6)
    # Cells are not square to x and y alike: mass on the right only, told by x.
    right = torch.tensor([[0.5, -0.5], [0.5, 0.5]])
    half = density_error(right, lambda p: 0.5 * (p[:, 0] > 0), limit=1, bins=2)
    assert half.value == pytest.approx(0, abs=1e-6)


def gaussian(points: torch.Tensor) -> torch.Tensor:
    return torch.exp(-points.square().sum(1) / 2) / (2 * math.pi)


def test_density_error_of_exact_samples_is_its_floor_and_that_of_shifted_ones_the_closed_form():
    exact = [density_error(normal(2000, 2, seed=s), gaussian, limit=5) for s in range(20)]
    mean = sum(error.value for error in exact) / 20
    assert mean == pytest.approx(exact[0].floor, rel=0.02)
    shifted = density_error(normal(200_000, 2) + torch.tensor([1.0, 0.0]), gaussian, limit=5)
    # Total variation between Gaussians one standard deviation apart is 2 Φ(1/2) - 1.
    assert shifted.value == pytest.approx(math.erf(0.5 / math.sqrt(2)), abs=0.01)


def test_bad_points_radii_and_densities_are_refused_with_the_way_out():
    with pytest.raises(GancoreError, match=r"shape \(4, 3\); expected \(N, 2\)"):
        mode_coverage(torch.zeros(4, 3), torch.zeros(2, 2), 0.1)
    with pytest.raises(GancoreError, match="not finite"):
        density_error(torch.full((4, 2), torch.nan), gaussian, limit=5)
    with pytest.raises(GancoreError, match=r"radius is 0\b"):
        mode_coverage(torch.zeros(4, 2), torch.zeros(2, 2), 0)
    with pytest.raises(GancoreError, match=r"0\.466.*±1\b.*widen limit"):
        density_error(torch.zeros(4, 2), gaussian, limit=1)
    with pytest.raises(GancoreError, match=r"\b2 of its mass"):
        density_error(torch.zeros(4, 2), lambda points: 2 * gaussian(points), limit=5)


# The report


def test_report_states_extractor_counts_device_and_source_beside_every_score(scored, extractor):
    text = str(scored)
    assert text.startswith(f"noisy against digits · digits classifier {extractor.fingerprint}")
    assert "· cpu · seed 0" in text
    lines = text.splitlines()
    assert len(lines) == 2 + len(scored.scores) == 14
    for line, score in zip(lines[2:], scored.scores, strict=True):
        assert line.startswith(score.name)
        assert f"{score.value:.4f}  {score.floor:.4f}".split() == line[len(score.name) :].split()[:2]
        assert f"{score.samples:,}" in line
        assert line.endswith(score.source)
    assert (scored["FID"].samples, scored["FID"].real) == (500, 500)
    assert (scored["class fidelity"].samples, scored["class fidelity"].real) == (1000, 0)
    assert (scored["novelty"].samples, scored["novelty"].real) == (1000, 1000)
    assert json.loads(json.dumps(scored.as_dict()))["scores"][0]["name"] == "FID"
    assert sum(scored.shares) == pytest.approx(1)
    with pytest.raises(GancoreError, match=r"'fid'.*FID, KID"):
        scored["fid"]


def test_same_seed_gives_the_same_report(scored, noisy, small, extractor):
    assert report(noisy, small, extractor, labels=small.labels, name="noisy") == scored
    assert report(noisy, small, extractor, labels=small.labels, name="noisy", seed=1) != scored


def test_floors_are_scored_once_for_the_same_real_images_and_anew_for_others(
    scored, noisy, small, extractor, monkeypatch
):
    seen = []
    features = type(extractor).features
    monkeypatch.setattr(type(extractor), "features", lambda self, images: seen.append(1) or features(self, images))

    def floors(real) -> list[float]:
        seen.clear()
        return [score.floor for score in report(noisy, real, extractor, labels=small.labels).scores]

    changed = replace(small, images=small.images.clone())
    assert floors(changed) == floors(small) == [score.floor for score in scored.scores]
    assert len(seen) == 1  # the samples alone
    changed.images[:, :, :12] = 0  # in place, which a cache by identity would miss
    assert floors(changed) != [score.floor for score in scored.scores]
    assert len(seen) == 2
    assert floors(small) == [score.floor for score in scored.scores]


def test_noise_is_told_from_real_digits_by_every_score_of_likeness(scored):
    for name in ("FID", "KID"):
        assert scored[name].value > 2 * scored[name].floor
    for name in ("precision", "density", "coverage"):
        assert scored[name].value < scored[name].floor


def test_unseen_real_digits_score_about_the_floor(digits, extractor):
    order = torch.randperm(5000, generator=torch.Generator().manual_seed(1))
    unseen, known = digits.subset(order[:1000]), digits.subset(order[1000:3000])
    scored = report(to_float(unseen.images), known, extractor, labels=unseen.labels)
    assert scored["FID"].samples == 1000
    # Thirty draws of 1,000 against 1,000 digits had FID 0.16 to 1.05, KID -0.009 to 0.021, density 0.92 to 1.07.
    assert scored["FID"].value < 1.2
    assert scored["KID"].value == pytest.approx(0, abs=0.03)
    assert scored["density"].value == pytest.approx(scored["density"].floor, abs=0.15)
    for name in ("precision", "recall", "coverage", "novelty", "smallest class", "largest class"):
        assert scored[name].value == pytest.approx(scored[name].floor, abs=0.06), name
    assert scored["near copies"].value < 0.025
    assert scored["class fidelity"].value > 0.98


def test_a_class_that_is_missing_lowers_recall_and_shows_in_the_shares(small, extractor):
    kept = small.subset(small.labels != 3)
    scored = report(to_float(kept.images), small, extractor)
    assert scored.shares[3] < 0.01
    assert scored["smallest class"].value == min(scored.shares)
    assert scored["recall"].value < scored["recall"].floor
    assert scored["FID"].value > 2 * scored["FID"].floor
    assert "class fidelity" not in str(scored)


def test_scores_of_different_extractors_data_or_counts_refuse_to_be_compared(scored):
    table = compare(scored, replace(scored, name="again"))
    assert table.splitlines()[1].split() == ["score", "noisy", "again", "floor", "better"]
    assert table.splitlines()[2].split()[:3] == ["FID", *[f"{scored['FID'].value:.4f}"] * 2]
    with pytest.raises(GancoreError, match="one extractor"):
        compare(scored, replace(scored, fingerprint="0123456789ab", extractor="other"))
    with pytest.raises(GancoreError, match=r"\(digits [0-9a-f]{8}, digits 01234567\).* score both in the same way"):
        compare(scored, replace(scored, data_sha256="0123456789"))
    with pytest.raises(GancoreError, match="score both in the same way"):
        compare(scored, replace(scored, scores=(replace(scored.scores[0], samples=9), *scored.scores[1:])))


def test_the_hash_of_the_real_images_is_in_the_report(scored, noisy, small, extractor):
    assert scored.data_sha256 == small.sha256
    changed = replace(small, images=small.images.flip(3))
    assert report(noisy, changed, extractor).data_sha256 == changed.sha256 != small.sha256


def test_the_floor_of_class_fidelity_is_what_the_extractor_reads_of_these_real_images(scored, noisy, small, extractor):
    assert scored["class fidelity"].floor == extractor.accuracy  # lower than on digits that it was trained on
    wrong = torch.where(small.labels == 3, 8, small.labels)
    floor = report(noisy, replace(small, labels=wrong), extractor, labels=wrong)["class fidelity"].floor
    assert floor == pytest.approx(1 - float((wrong != small.labels).double().mean()), abs=0.01)


def test_class_fidelity_is_refused_where_the_extractor_does_not_know_the_classes(noisy, small, extractor):
    others = replace(small, name="others", labels=(small.labels + 1) % 10)
    with pytest.raises(GancoreError, match=r"\d% of the real .* train an extractor"):
        report(noisy, others, extractor, labels=others.labels)
    assert report(noisy, others, extractor)["FID"].samples == 500


def test_a_report_on_images_that_the_extractor_cannot_read_says_so(noisy, small, extractor):
    assert report(noisy, small, extractor).beware == ""
    misread = replace(small, labels=(small.labels + 1) % 10)
    assert "reads 0% of the real images of digits rightly" in str(report(noisy, misread, extractor))
    assert "real images of clones rightly" in report(noisy, replace(misread, name="clones"), extractor).beware
    mirrored = replace(small, images=small.images.flip(3), labels=None, classes=None)
    last = str(report(noisy, mirrored, extractor)).splitlines()[-1]
    assert "sure of the real images" in last
    assert "gancore features" in last


def test_a_report_says_so_where_the_extractor_is_sure_of_what_it_has_never_seen(noisy, extractor):
    specks = torch.randint(256, (200, 1, 28, 28), generator=torch.Generator().manual_seed(0), dtype=torch.uint8)
    last = str(report(noisy, ImageData("specks", specks), extractor)).splitlines()[-1]
    assert re.search(r"takes \d+% of the real images of specks for one class.*gancore features", last)


def test_a_report_on_unusable_images_says_what_would_work(noisy, small, digits, extractor):
    with pytest.raises(GancoreError, match=r"\b64 samples\b.*\b65\b"):
        report(noisy[:64], small, extractor)
    with pytest.raises(GancoreError, match=r"digits\b.*\b129 images\b.*\b130\b"):
        report(noisy, digits.subset(torch.arange(129)), extractor)
    with pytest.raises(GancoreError, match=r"\b100 images of samples\b.*single colour"):
        report(-torch.ones(100, 1, 28, 28), small, extractor)
    with pytest.raises(GancoreError, match=r"\b100 images of samples\b.*mode collapse"):
        report(noisy[:1].repeat(100, 1, 1, 1), small, extractor)
    with pytest.raises(GancoreError, match="train an extractor"):
        report(noisy.repeat(1, 3, 1, 1), small, extractor)
    with pytest.raises(GancoreError, match="train an extractor"):
        report(noisy, replace(small, images=small.images.repeat(1, 3, 1, 1)), extractor)
    with pytest.raises(GancoreError, match="clamp"):
        report(2 * noisy, small, extractor)
    with pytest.raises(GancoreError, match="not finite"):
        report(noisy / 0 * 0, small, extractor)
    assert report(noisy[:65], small, extractor)["FID"].samples == 65
