"""The adversarial game of 2014 with any loss, any gradient penalty, and classes where they are given."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Protocol, cast

import torch
from torch import Tensor, nn

from gancore.data.batch import Batch
from gancore.models.modes import frozen
from gancore.models.sampling import generate, labels_to_draw, seeded_latents
from gancore.training.augmentation import ADAPTIVE, adapt, augment
from gancore.training.game import Game
from gancore.training.losses import Loss, mismatch, r1, r2, shares_right, wgan_gp

BATCH_NORMS = (nn.BatchNorm1d, nn.BatchNorm2d)


class ComparesLabels(Protocol):
    """A discriminator whose logits are `compare(features(x), labels)`, so that it may compare one look with several."""

    def features(self, examples: Tensor) -> Tensor: ...

    def compare(self, features: Tensor, labels: Tensor | None) -> Tensor: ...


class GAN(Game):
    """The adversarial game (Goodfellow et al., 2014) with any loss and any gradient penalty.

    `generator(z)` makes examples from latents `(N, latent_dim)`, `discriminator(x)` returns logits `(N,)`. With
    `classes` above 0 the game is conditional, and both players are told labels `(N,)` as well. `r1`, `r2` and `gp`
    weigh the penalties of `gancore.training.losses`. Computed on every `penalty_every`-th move only, they weigh that
    much more (Karras et al., 2020, section 3.1, lazy regularisation). `mismatch` weighs the loss of that name, which
    makes the discriminator of a conditional game heed the labels; it is for one that `ComparesLabels`. With
    `share_fakes` the generator learns from the examples that the discriminator has just judged, and not from new ones,
    which saves a pass through it. `augment` names the changes, of `gancore.training.augmentation`, through which the
    discriminator sees everything; with "adaptive" among them, each is done with the `probability` that has kept the
    discriminator from being too sure.
    """

    capturable = True

    def __init__(
        self,
        generator: nn.Module,
        discriminator: nn.Module,
        loss: Loss,
        latent_dim: int,
        *,
        classes: int = 0,
        r1: float = 0.0,
        r2: float = 0.0,
        gp: float = 0.0,
        penalty_every: int = 1,
        mismatch: float = 0.0,
        share_fakes: bool = False,
        augment: Sequence[str] = (),
    ) -> None:
        self.generator = generator
        self.discriminator = discriminator
        self.loss = loss
        self.latent_dim = latent_dim
        self.classes = classes
        self.r1, self.r2, self.gp = r1, r2, gp
        self.penalty_every = penalty_every
        self.mismatch = mismatch
        self.share_fakes = share_fakes
        self.augment = tuple(kind for kind in augment if kind != ADAPTIVE)
        self.probability = torch.zeros(()) if ADAPTIVE in augment else None  # of each change; None: always
        if self.probability is not None:
            self.curves = {**self.curves, "share": (*self.curves["share"], "augmented")}
        self.shared: tuple[Batch, Tensor] | None = None  # what the generator learns from next
        self.has_batch_norm = any(isinstance(layer, BATCH_NORMS) for layer in discriminator.modules())
        self.logits: tuple[Tensor, Tensor] | None = None  # of the last move, on real and on generated examples

    @property
    def labels_told(self) -> int:
        """How many labels both players know: the classes, which can be asked for, unless the game makes its own."""
        return self.classes

    def compile(self, **options: object) -> None:
        """Compile both players where they stand, with `options` for `torch.compile`; the first moves then take longer.

        Under a gradient penalty the discriminator stays as it is: its gradient is differentiated once more, and
        what torch compiles can be differentiated once.
        """
        self.generator.compile(**options)
        if not (self.r1 or self.r2 or self.gp):
            self.discriminator.compile(**options)
            if self.mismatch and isinstance(self.discriminator.features, nn.Module):
                self.discriminator.features.compile(**options)

    def latents(self, count: int) -> Tensor:
        """Standard normal `(count, latent_dim)` on the generator's device."""
        device = next(self.generator.parameters()).device
        return torch.randn(count, self.latent_dim, device=device)

    def generate(self, batch: Batch) -> Tensor:
        """As many examples as `batch` has, and of the same labels where the players are told any."""
        z = self.latents(len(batch))
        return self.generator(z, batch.labels) if self.labels_told else self.generator(z)

    def seen(self, examples: Tensor) -> Tensor:
        """What the discriminator sees of `examples`, real or generated; gradients find their way back."""
        return augment(examples, self.augment, self.probability)

    def discriminate(self, examples: Tensor, labels: Tensor | None) -> Tensor:
        """The discriminator's logits `(N,)` for `examples`, with their `labels` where the players are told any."""
        return self.discriminator(examples, labels) if self.labels_told else self.discriminator(examples)

    def discriminate_both(self, batch: Batch, fake: Tensor) -> tuple[Tensor, Tensor]:
        """Logits on real and on generated examples: in one pass, unless batch norm would mix the two up."""
        if self.has_batch_norm:
            return self.discriminate(batch.real, batch.labels), self.discriminate(fake, batch.labels)
        labels = None if batch.labels is None else batch.labels.repeat(2)
        real_logits, fake_logits = self.discriminate(torch.cat([batch.real, fake]), labels).chunk(2)
        return real_logits, fake_logits

    def compare_labels(self, batch: Batch, fake: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Logits on real and on generated examples, and on real ones with another label; each is looked at once."""
        judge = cast(ComparesLabels, self.discriminator)
        look, compare = judge.features, judge.compare
        if self.has_batch_norm:
            real, generated = look(batch.real), look(fake)
        else:
            real, generated = look(torch.cat([batch.real, fake])).chunk(2)
        return compare(real, batch.labels), compare(generated, batch.labels), compare(real, self.other_labels(batch))

    def discriminator_loss(self, batch: Batch) -> Tensor:
        self.shared = None  # its graph takes memory
        with torch.set_grad_enabled(self.share_fakes):  # the generator learns from them later, or never
            fake = self.generate(batch)
        if self.share_fakes:
            self.shared, fake = (batch, fake), fake.detach()
        batch, fake = replace(batch, real=self.seen(batch.real)), self.seen(fake)
        if self.mismatch:
            real_logits, fake_logits, wrong_logits = self.compare_labels(batch, fake)
        else:
            real_logits, fake_logits = self.discriminate_both(batch, fake)
        self.logits = real_logits.detach().clone(), fake_logits.detach().clone()  # a CUDA graph overwrites its own
        if self.probability is not None:
            self.probability = self.probability.to(batch.real.device)
            adapt(self.probability, self.report()["d_real"], len(batch))
        loss = self.loss.discriminator(real_logits, fake_logits) + self.penalty(batch, fake)
        return loss + self.mismatch * mismatch(real_logits, wrong_logits) if self.mismatch else loss

    def generator_loss(self, batch: Batch) -> Tensor:
        batch, fake = self.shared or (batch, self.generate(batch))
        self.shared = None  # the way back through the generator can be taken once
        fake = self.seen(fake)
        with frozen(self.discriminator):  # the discriminator is not learning now
            fake_logits = self.discriminate(fake, batch.labels)
            real_logits = None
            if self.loss.pairs:
                with torch.no_grad():
                    real_logits = self.discriminate(self.seen(batch.real), batch.labels)
        return self.loss.generator(real_logits, fake_logits)

    def other_labels(self, batch: Batch) -> Tensor:
        """For each example of a labelled `batch` a label that is not its own, drawn uniformly."""
        assert batch.labels is not None
        further = torch.randint_like(batch.labels, 1, self.classes)
        return (batch.labels + further) % self.classes

    def has_penalty(self, move: int) -> bool:
        return bool(self.r1 or self.r2 or self.gp) and move % self.penalty_every == 0

    def penalty(self, batch: Batch, fake: Tensor) -> Tensor | float:
        """The weighted gradient penalties of this move, or 0 where none is due; both kinds of examples as seen."""
        if not self.has_penalty(self.moves):
            return 0.0

        def critic(examples: Tensor) -> Tensor:
            return self.discriminate(examples, batch.labels)

        total = torch.zeros((), device=batch.real.device)
        if self.r1:
            total = total + self.r1 * r1(critic, batch.real).mean()
        if self.r2:
            total = total + self.r2 * r2(critic, fake).mean()
        if self.gp:
            total = total + self.gp * wgan_gp(critic, batch.real, fake).mean()
        return self.penalty_every * total

    def report(self) -> dict[str, Tensor]:
        """The discriminator's accuracy in its last move: the shares of real and of generated it got right, 0 to 1.

        Where augmentation is adaptive, `augmented` is the probability with which it comes next.
        """
        if self.logits is None:
            return {}
        shares = shares_right(self.loss, *self.logits)
        return shares if self.probability is None else shares | {"augmented": self.probability}

    def guessing(self) -> float:
        guess = torch.as_tensor(self.loss.threshold(torch.zeros(1), torch.zeros(1))).expand(1)
        return float(self.loss.discriminator(guess, guess) + self.mismatch * mismatch(guess, guess))

    def state_dict(self) -> dict[str, Any]:
        return {} if self.probability is None else {"probability": self.probability}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        if self.probability is not None:
            self.probability.copy_(state["probability"])

    def sample(self, generator: nn.Module, count: int, condition: Tensor | None = None, seed: int = 0) -> Tensor:
        """`count` examples by `generator` in eval mode: float32 `(count, …)` on its device, the same for a seed.

        In a conditional game `condition` is labels, int64 `(count,)`; without it they count through the classes.
        Raises GancoreError for labels that the game does not have.
        """
        labels = labels_to_draw(count, condition, self.classes)
        return generate(generator, seeded_latents(count, self.latent_dim, seed), labels)
