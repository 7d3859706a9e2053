"""The relatives of the GAN against closed forms, enumeration and Monte Carlo."""

import itertools
import math

import numpy as np
import pytest
import scipy.stats
import torch
from sklearn.neural_network import BernoulliRBM
from torch import Tensor

from gancore.errors import GancoreError
from gancore.generative import (
    GaussianMixture,
    GaussianNaiveBayes,
    LatentDirichletAllocation,
    RestrictedBoltzmannMachine,
    VariationalAutoencoder,
)
from gancore.generative.rbm import gibbs_step
from gancore.generative.topics import dirichlet_like
from gancore.generative.vae import kl_to_standard_normal, reparameterise


def grey(count: int, *shape: int, seed: int = 0) -> Tensor:
    """Images of independent normal pixels around 0, narrow enough to stay within [-1, 1]."""
    return (0.2 * torch.randn(count, *shape, generator=torch.Generator().manual_seed(seed))).clamp(-1, 1)


# Gaussian naive Bayes


def test_naive_bayes_draws_pixels_of_the_mean_and_deviation_it_was_fitted_with():
    images = torch.cat([grey(200, 1, 2, 3) - 0.3, grey(100, 1, 2, 3, seed=1) + 0.2]).clamp(-1, 1)
    model = GaussianNaiveBayes().fit(images, torch.tensor([0] * 200 + [1] * 100))
    assert torch.allclose(model.means[0], images[:200].mean(0), atol=1e-6)
    for label in (0, 1):
        samples = model.sample(40_000, label, seed=label)
        # Standard errors are 0.2 / √40,000 = 0.001 and 0.2 / √80,000; nothing is cut off within four deviations.
        assert torch.allclose(samples.mean(0), model.means[label], atol=0.005)
        assert torch.allclose(samples.std(0), model.deviations[label], atol=0.005)


def test_naive_bayes_pixels_know_nothing_of_their_neighbours():
    upper = grey(400, 1, 1, 1)
    model = GaussianNaiveBayes().fit(torch.cat([upper, upper], dim=2))  # two pixels, always equal
    drawn = model.sample(40_000, seed=0).flatten(1).T
    assert float(torch.corrcoef(drawn)[0, 1]) == pytest.approx(0, abs=0.025)  # five standard errors


def test_naive_bayes_density_and_class_are_those_of_bayes_rule_by_hand():
    images = torch.cat([grey(30, 1, 1, 2) - 0.3, grey(10, 1, 1, 2, seed=1) + 0.3]).clamp(-1, 1)
    model = GaussianNaiveBayes().fit(images, torch.tensor([2] * 30 + [5] * 10))
    joint = np.stack(
        [
            math.log(share) + scipy.stats.norm(mean, deviation).logpdf(images.flatten(1).numpy()).sum(1)
            for share, mean, deviation in zip(
                (0.75, 0.25), model.means.flatten(1).numpy(), model.deviations.flatten(1).numpy(), strict=True
            )
        ],
        axis=1,
    )
    assert model.log_prob(images).numpy() == pytest.approx(np.log(np.exp(joint).sum(1)), abs=1e-4)
    assert model.predict(images).tolist() == [(2, 5)[place] for place in joint.argmax(1)]


# Gaussian mixture


def two_clouds(count: int = 600) -> Tensor:
    """Images of 2×2 pixels from two well-parted Gaussians, three in every four from the first."""
    images = grey(count, 1, 2, 2) / 2
    images[: 3 * count // 4] += torch.tensor([[0.5, -0.5], [0.5, -0.5]])
    images[3 * count // 4 :] -= torch.tensor([[0.5, 0.5], [-0.5, -0.5]])
    return images


def test_mixture_draws_with_the_mean_and_the_covariance_of_its_training_set():
    images = two_clouds()
    drawn = GaussianMixture(2).fit(images).sample(40_000, seed=0).flatten(1).T
    # At its optimum EM matches both moments of the data, but for the ridge of 0.01 that it adds to variances.
    assert torch.allclose(drawn.mean(1), images.flatten(1).mean(0), atol=0.01)
    assert torch.allclose(drawn.cov(), images.flatten(1).T.cov() + 0.01 * torch.eye(4), atol=0.01)


def test_mixture_draws_each_component_as_often_as_its_weight():
    drawn = GaussianMixture(2).fit(two_clouds()).sample(10_000, seed=0)
    first = (drawn[:, 0, 0, 0] > 0).float().mean()
    assert float(first) == pytest.approx(0.75, abs=0.02)  # the standard error is 0.0043


def test_mixture_density_is_that_of_full_gaussians_over_all_pixels():
    images = grey(400, 1, 8, 8)  # 64 pixels: more than the 50 principal components
    images = (images + torch.linspace(-0.5, 0.5, 400).view(-1, 1, 1, 1)).clamp(-1, 1)
    labels = (torch.arange(400) < 100).long()
    model = GaussianMixture(2).fit(images, labels)
    basis = model.pca.components_
    left_over = model.noise * (np.eye(64) - basis.T @ basis)
    density = 0
    for share, part in zip((0.75, 0.25), model.parts, strict=True):
        for weight, mean, covariance in zip(part.weights_, part.means_, part.covariances_, strict=True):
            whole = scipy.stats.multivariate_normal(
                model.pca.mean_ + mean @ basis, basis.T @ covariance @ basis + left_over
            )
            density = density + share * weight * np.exp(whole.logpdf(images[:20].flatten(1).double().numpy()))
    assert model.log_prob(images[:20]).numpy() == pytest.approx(np.log(density), abs=1e-6)


def test_mixture_density_integrates_to_one():
    model = GaussianMixture(2).fit(two_clouds()[:, :, :1])  # images of two pixels
    line = torch.linspace(-1, 1, 201)
    plane = torch.cartesian_prod(line, line).view(-1, 1, 1, 2)
    assert float(model.log_prob(plane).exp().sum() * 0.01**2) == pytest.approx(1, abs=0.01)


def test_a_mixture_of_more_components_than_images_is_refused():
    with pytest.raises(GancoreError, match=r"\b2 images.*at least 3"):
        GaussianMixture().fit(grey(10, 1, 2, 2), (torch.arange(10) < 2).long())
    with pytest.raises(GancoreError, match="components is 0"):
        GaussianMixture(0)


# Latent Dirichlet allocation


def crosses(count: int = 400) -> Tensor:
    """Images of 6×6 pixels that light some of row 1, of column 4, or of both."""
    rng = torch.Generator().manual_seed(0)
    images = -torch.ones(count, 1, 6, 6)
    share = torch.rand(count, generator=rng)
    for image, upright in zip(images, share, strict=True):
        image[0, :, 4][torch.rand(6, generator=rng) < upright] = 1
        image[0, 1][torch.rand(6, generator=rng) > upright] = 1
    return images


def test_topics_are_the_strokes_that_images_are_made_of():
    strokes = LatentDirichletAllocation(2).fit(crosses()).strokes[:, 0]
    upright, lying = sorted(strokes > -0.5, key=lambda inked: float(inked[:, 4].sum()), reverse=True)
    assert upright[:, 4].all()
    assert not upright[:, :4].any()
    assert int(lying[1].sum()) >= 5  # the pixel where the two cross may go to either
    assert not lying[2:].any()


def test_topic_samples_have_the_brightness_of_the_topics_in_their_proportions():
    model = LatentDirichletAllocation(2).fit(crosses())
    brightness = ((model.sample(4000, seed=0) + 1) / 2).mean(0).flatten().numpy()
    # By brute force: θ from the fitted Beta, then drop after drop of ink, a topic first and its pixel second.
    rng = np.random.default_rng(1)
    expected = np.zeros(36)
    for theta in rng.beta(*model.alphas[0], 1000):
        drops = rng.choice(model.lengths[0])
        topics = (rng.random(drops) > theta).astype(int)
        pixels = [rng.choice(36, p=model.phi[topic]) for topic in topics]
        expected += np.minimum(np.bincount(pixels, minlength=36) / 8, 1) / 1000
    # The standard deviation of a pixel is at most 0.5: four standard errors of 1,000 images.
    assert brightness == pytest.approx(expected, abs=0.06)
    assert expected.max() > 0.4


def test_dirichlet_matched_to_proportions_has_their_parameters():
    truth = np.array([0.6, 1.5, 0.2, 3.0])
    theta = np.random.default_rng(0).dirichlet(truth, 100_000)
    assert dirichlet_like(theta) == pytest.approx(truth, rel=0.03)


def test_topic_samples_hold_no_more_ink_than_training_images_did():
    images = crosses()
    samples = LatentDirichletAllocation(2).fit(images).sample(500, seed=0)
    assert (samples + 1).sum((1, 2, 3)).max() <= (images + 1).sum((1, 2, 3)).max()


# Restricted Boltzmann machine


def all_states(units: int) -> np.ndarray:
    return np.array(list(itertools.product([0.0, 1.0], repeat=units)))


def enumerated(machine: BernoulliRBM) -> np.ndarray:
    """p(v) of every state of the pixels, from the energy, summed over every state of the hidden units."""
    pixels, hidden = all_states(machine.components_.shape[1]), all_states(machine.components_.shape[0])
    energy = -(pixels @ machine.intercept_visible_)[:, None] - (hidden @ machine.intercept_hidden_)[None]
    energy = energy - pixels @ machine.components_.T @ hidden.T
    weight = np.exp(-energy).sum(1)
    return weight / weight.sum()


def shares(lit: np.ndarray) -> np.ndarray:
    """How often each of the states occurs among `(N, units)`, in the order of `all_states`."""
    places = lit.astype(int) @ (2 ** np.arange(lit.shape[1])[::-1])
    return np.bincount(places, minlength=2 ** lit.shape[1]) / len(lit)


def test_gibbs_chain_of_three_pixels_and_two_hidden_units_reaches_the_enumerated_distribution():
    machine = BernoulliRBM(2)
    machine.components_ = np.array([[1.5, -2.0, 0.5], [-1.0, 0.7, 2.0]])
    machine.intercept_hidden_, machine.intercept_visible_ = np.array([-0.5, 0.3]), np.array([0.2, 0.4, -0.8])
    rng = np.random.default_rng(0)
    lit = rng.random((100_000, 3)) < 0.5
    start = shares(lit)
    for _ in range(50):
        chance, lit = gibbs_step(machine, lit, rng)
    exact = enumerated(machine)
    assert shares(lit) == pytest.approx(exact, abs=0.007)  # over four standard errors, of 0.0016 at most
    assert np.abs(start - exact).max() > 0.05
    assert chance.mean(0) == pytest.approx(exact @ all_states(3), abs=0.007)


def test_machine_learns_the_distribution_of_its_training_set():
    rng = np.random.default_rng(0)
    truth = np.array([0.3, 0.02, 0.05, 0.13, 0.05, 0.05, 0.1, 0.3])
    drawn = rng.choice(8, 2000, p=truth)
    images = torch.from_numpy(2 * all_states(3)[drawn] - 1).float().view(-1, 1, 1, 3)
    model = RestrictedBoltzmannMachine(hidden=4).fit(images)
    # A model of independent pixels would be off by 0.17 in the first and the last state.
    assert enumerated(model.parts[0]) == pytest.approx(np.bincount(drawn, minlength=8) / 2000, abs=0.05)


def test_film_of_the_chain_begins_with_static_and_ends_with_the_sample():
    model = RestrictedBoltzmannMachine(hidden=4).fit(crosses(100), torch.arange(100) % 2)
    film = list(model.chain(6, seed=4))
    assert len(film) == 101
    assert all(frame.shape == (6, 1, 6, 6) for frame in film)
    assert film[0].abs().unique().tolist() == [1]
    assert torch.equal(film[-1], model.sample(6, seed=4))
    with pytest.raises(GancoreError, match="fit"):
        RestrictedBoltzmannMachine().chain(1)
    with pytest.raises(GancoreError, match="hidden is 0"):
        RestrictedBoltzmannMachine(0)


# Variational autoencoder


def test_kl_to_standard_normal_is_its_monte_carlo_estimate():
    mean, log_variance = torch.tensor([[0.7, -1.2], [0.0, 0.0]]), torch.tensor([[-0.5, 0.8], [0.0, 0.0]])
    noise = torch.randn(400_000, 1, 2, generator=torch.Generator().manual_seed(0))
    z = reparameterise(mean, log_variance, noise)
    posterior = torch.distributions.Normal(mean, (log_variance / 2).exp())
    prior = torch.distributions.Normal(0, 1)
    ratios = (posterior.log_prob(z) - prior.log_prob(z)).sum(2)
    error = ratios.std(0) / math.sqrt(len(ratios))
    exact = kl_to_standard_normal(mean, log_variance)
    assert ((ratios.mean(0) - exact).abs() <= 4 * error + 1e-6).all()
    assert exact[1] == 0


def test_reparameterised_gradient_is_that_of_the_closed_form():
    # E z² = μ² + σ², so its slope is 2μ in μ and σ² in log σ².
    mean = torch.tensor([[0.5, -1.0]], dtype=torch.double, requires_grad=True)
    log_variance = torch.tensor([[0.3, -0.7]], dtype=torch.double, requires_grad=True)
    noise = torch.randn(1_000_000, 2, generator=torch.Generator().manual_seed(0), dtype=torch.double)
    reparameterise(mean, log_variance, noise).square().mean(0).sum().backward()
    assert torch.allclose(mean.grad, 2 * mean.detach(), atol=0.01)
    assert torch.allclose(log_variance.grad, log_variance.detach().exp(), atol=0.01)


@pytest.fixture(scope="module")
def small_vae() -> VariationalAutoencoder:
    return VariationalAutoencoder(latent_dim=2).fit(crosses(200))


def test_elbo_lies_below_the_log_probability_found_by_integrating_over_the_latent_plane(small_vae):
    images = crosses(200)[:20]
    line = torch.linspace(-5, 5, 101)
    plane = torch.cartesian_prod(line, line)
    prior = torch.distributions.Normal(0, 1).log_prob(plane).sum(1) + 2 * math.log(0.1)
    chance = ((small_vae.decode(plane) + 1) / 2).double().clamp(1e-12, 1 - 1e-7).flatten(1)
    pixels = ((images + 1) / 2).double().flatten(1)
    likelihood = pixels @ chance.log().T + (1 - pixels) @ (1 - chance).log().T
    exact = (likelihood + prior).logsumexp(1)
    draws = torch.stack([small_vae.elbo(images, seed=seed) for seed in range(400)])
    bound, error = draws.mean(0), draws.std(0) / math.sqrt(len(draws))
    assert (bound <= exact + 4 * error).all()
    assert (bound < exact).float().mean() > 0.5
    assert float((exact - bound).mean()) < 1  # nat: the bound is of use


def test_decoding_what_the_encoder_found_gives_the_image_back_better_than_the_mean_image(small_vae):
    images = crosses(200)
    means, log_variances = small_vae.encode(images)
    assert means.shape == log_variances.shape == (200, 2)
    rebuilt = small_vae.decode(means)
    assert rebuilt.shape == images.shape
    assert float((rebuilt - images).square().mean()) < 0.9 * float((images - images.mean(0)).square().mean())


def test_latents_and_labels_that_do_not_fit_are_refused(small_vae):
    with pytest.raises(GancoreError, match=r"\(4, 3\).*\(N, 2\)"):
        small_vae.decode(torch.zeros(4, 3))
    with pytest.raises(GancoreError, match="with labels"):
        small_vae.encode(crosses(3), torch.zeros(3).long())
    told = VariationalAutoencoder().fit(crosses(40), torch.arange(40) % 2)
    with pytest.raises(GancoreError, match="label="):
        told.decode(torch.zeros(1, 6))
    assert told.elbo(crosses(3), torch.tensor([0, 1, 1]), seed=0).shape == (3,)
    with pytest.raises(GancoreError, match=r"\b9\b"):
        told.elbo(crosses(3), torch.tensor([0, 9, 1]))
    with pytest.raises(GancoreError, match="latent_dim is 0"):
        VariationalAutoencoder(0)
