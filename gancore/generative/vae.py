"""A variational autoencoder: an encoder guesses the latents of an image, a decoder draws images from latents."""

from math import prod

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import binary_cross_entropy_with_logits, one_hot

from gancore.errors import GancoreError
from gancore.generative.model import GenerativeModel, group, random_numbers
from gancore.models.mlp import perceptron
from gancore.system.random import as_global, seed_for

WIDTHS = (256, 128)  # of the encoder's hidden layers; the decoder's are the same in reverse
LATENT_DIM = 6
EPOCHS = 25
BATCH = 50
PEAK_RATE = 3e-3


def reparameterise(mean: Tensor, log_variance: Tensor, noise: Tensor) -> Tensor:
    """z = μ + σε (Kingma and Welling, 2014, section 2.4): for ε standard normal, z is N(μ, σ²).

    Chance enters through ε, which depends on no parameter, so gradients of any function of z reach μ and σ.
    All are `(N, latent_dim)`.
    """
    return mean + (log_variance / 2).exp() * noise


def kl_to_standard_normal(mean: Tensor, log_variance: Tensor) -> Tensor:
    """KL(N(μ, σ²) ‖ N(0, 1)), summed over the latents (Kingma and Welling, 2014, appendix B): `(N, L)` → `(N,)`."""
    return (mean.square() + log_variance.exp() - log_variance - 1).sum(1) / 2


class Coder(nn.Module):
    """The two networks, for images of `shape`. Both are told the class as a one-hot vector `(N, classes)`."""

    def __init__(self, shape: tuple[int, ...], latent_dim: int, classes: int) -> None:
        super().__init__()
        self.shape, self.classes = shape, classes
        pixels = prod(shape)
        self.encoder = perceptron(pixels + classes, *WIDTHS, 2 * latent_dim, activation=nn.SiLU)
        self.decoder = perceptron(latent_dim + classes, *reversed(WIDTHS), pixels, activation=nn.SiLU)

    def forward(self, z: Tensor, labels: Tensor) -> Tensor:
        """Latents `(N, latent_dim)` and labels `(N,)` to images `(N, *shape)` in [-1, 1], the decoder's mean."""
        told = one_hot(labels, self.classes).float()
        return (2 * self.decode(z, told).sigmoid() - 1).unflatten(1, self.shape)

    def encode(self, brightness: Tensor, told: Tensor) -> tuple[Tensor, Tensor]:
        """Pixels `(N, D)` in [0, 1] to the mean and the log variance of their latents, `(N, latent_dim)` each."""
        return self.encoder(torch.cat([brightness, told], dim=1)).chunk(2, dim=1)

    def decode(self, z: Tensor, told: Tensor) -> Tensor:
        """Latents `(N, latent_dim)` to the logits `(N, D)` of the pixels."""
        return self.decoder(torch.cat([z, told], dim=1))

    def elbo(self, brightness: Tensor, told: Tensor) -> Tensor:
        """The evidence lower bound of each image, `(N,)`, in nats, with one draw of its latents.

        Kingma and Welling (2014), equation 7: how well the decoder tells the image from its latents, less what
        the latents give away beyond the prior.
        """
        mean, log_variance = self.encode(brightness, told)
        z = reparameterise(mean, log_variance, torch.randn_like(mean))
        mismatch = binary_cross_entropy_with_logits(self.decode(z, told), brightness, reduction="none").sum(1)
        return -mismatch - kl_to_standard_normal(mean, log_variance)


class VariationalAutoencoder(GenerativeModel):
    """Kingma and Welling (2014), with a Bernoulli decoder (appendix C.1); both networks are told the class.

    Samples are decoded from z ~ N(0, 1) and show the decoder's mean, not a draw of black and white pixels.
    With `latent_dim` 2 the whole latent space is a plane that `decode` can map.
    It has no `log_prob`, only `elbo`, a bound that lies below it.
    """

    def __init__(self, latent_dim: int = LATENT_DIM, seed: int = 0) -> None:
        super().__init__(seed)
        if latent_dim < 1:
            raise GancoreError(f"latent_dim is {latent_dim}; it must be at least 1.")
        self.latent_dim = latent_dim

    @torch.no_grad()
    def decode(self, z: Tensor, label: int | None = None) -> Tensor:
        """Latents `(N, latent_dim)` to images, float32 `(N, C, H, W)` in [-1, 1], of class `label`.

        Raises GancoreError for latents of another shape, and where the label is missing that `fit` was given.
        """
        self._check_fitted()
        if z.ndim != 2 or z.shape[1] != self.latent_dim:
            raise GancoreError(f"Latents have shape {tuple(z.shape)}; this model takes (N, {self.latent_dim}).")
        if label is None and self.classes is not None:
            raise GancoreError("This model was fitted with labels and draws one class at a time; say which: label=…")
        place = 0 if label is None else self._place(label)
        return self._as_images(self.coder(z.float(), torch.full((len(z),), place)).numpy())

    @torch.no_grad()
    def encode(self, images: Tensor, labels: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """Where the encoder places images: means and log variances of their latents, `(N, latent_dim)` each.

        `labels` `(N,)` are needed where `fit` had labels.
        """
        brightness, told = self._inputs(images, labels)
        return self.coder.encode(brightness, told)

    @torch.no_grad()
    def elbo(self, images: Tensor, labels: Tensor | None = None, seed: int | None = None) -> Tensor:
        """A lower bound on log p(x), or log p(x|y) where `fit` had labels: `(N,)`, in nats per image, at most 0.

        It is the log of a probability of black and white pixels, with grey counted as a share of each, and not
        of a density: it does not compare with the `log_prob` of a model of continuous pixels. The bound is
        estimated with one draw of the latents of every image, from `seed`.
        """
        brightness, told = self._inputs(images, labels)
        with as_global(torch.Generator().manual_seed(int(random_numbers(seed).integers(2**63)))):
            return self.coder.elbo(brightness, told)

    def _inputs(self, images: Tensor, labels: Tensor | None) -> tuple[Tensor, Tensor]:
        """What the coder takes: pixels in [0, 1] and one-hot classes."""
        rows = self._rows(images)
        if (labels is None) != (self.classes is None):
            raise GancoreError("Give labels to a model that was fitted with labels, and none to one that was not.")
        found, groups, _ = group(labels, len(rows))
        places = torch.tensor([0] if found is None else [self._place(label) for label in found])
        return as_inputs(rows), one_hot(places[groups], len(self.prior)).float()

    def _learn(self, rows: np.ndarray, groups: np.ndarray) -> None:
        classes = int(groups.max()) + 1
        brightness, told = as_inputs(rows), one_hot(torch.from_numpy(groups), classes).float()
        with as_global(torch.Generator().manual_seed(seed_for(self.seed, "vae"))):
            self.coder = Coder(rows.shape[1:], self.latent_dim, classes)
            train(self.coder, brightness, told)

    @torch.no_grad()
    def _draw(self, groups: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        z = rng.standard_normal((len(groups), self.latent_dim), dtype=np.float32)
        return self.coder(torch.from_numpy(z), torch.from_numpy(groups)).numpy()


def train(coder: Coder, brightness: Tensor, told: Tensor) -> None:
    """Maximise the mean ELBO with Adam; the rate warms up and cools down once, so that the end is a rest."""
    steps = -(-len(brightness) // BATCH)
    optimizer = torch.optim.Adam(coder.parameters(), PEAK_RATE, fused=True)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, PEAK_RATE, total_steps=EPOCHS * steps)
    for _ in range(EPOCHS):
        for index in torch.randperm(len(brightness)).split(BATCH):
            loss = -coder.elbo(brightness[index], told[index]).mean()
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()


def as_inputs(rows: np.ndarray) -> Tensor:
    """Pixels `(N, D)` in [-1, 1] to float32 in [0, 1]: the chance of each to be white."""
    return torch.from_numpy((rows + 1) / 2).float()
