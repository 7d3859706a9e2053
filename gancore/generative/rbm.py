"""A restricted Boltzmann machine: pixels and hidden units vote on each other, to and fro, until a digit settles."""

from collections import deque
from collections.abc import Iterator

import numpy as np
from scipy.special import expit, logit
from sklearn.neural_network import BernoulliRBM
from torch import Tensor

from gancore.errors import GancoreError
from gancore.generative.model import GenerativeModel, random_numbers

BATCH = 20  # images an update, and chains that run along with the training
EPOCHS = 40
FIRST_RATE = 0.1
LAST_RATE = 0.01  # small steps at the end let the weights settle
STEPS = 100  # of the chain before a sample is taken: a digit stands clear after one, and then it wanders


class RestrictedBoltzmannMachine(GenerativeModel):
    """p(v, h) ∝ exp(a·v + b·h + hᵀWv) with binary pixels v and hidden units h, a machine for every class.

    Smolensky (1986); fitted by persistent contrastive divergence (Tieleman, 2008). Given the hidden
    units the pixels are independent, and the other way round, so a Gibbs chain draws all of one and then all of
    the other. Images are cut to black and white at 0. A sample is the state of a chain after 100 steps from static,
    pixels lit one by one as often as in the class; it shows the chance of each pixel to be lit, which has less
    grain than one draw of it. A chain is slow to cross from one kind of image to another: with one machine for
    everything, the kinds near the mean image come too often.

    It has no `log_prob`: what p(v, h) is proportional to can be summed over all v by a formula, but not over the
    2^`hidden` states of h.
    """

    def __init__(self, hidden: int = 64, seed: int = 0) -> None:
        super().__init__(seed)
        if hidden < 1:
            raise GancoreError(f"hidden is {hidden}; a machine has at least 1 hidden unit.")
        self.hidden = hidden

    def chain(self, count: int, label: int | None = None, seed: int | None = None) -> Iterator[Tensor]:
        """The states of `count` Gibbs chains, for a film: 101 times images `(count, C, H, W)` in [-1, 1].

        The first are static in black and white, and the others show the chance of each pixel to be lit. Classes are
        drawn as `sample` draws them, and stay; the last images are those of `sample` with the same seed.
        Raises GancoreError as `sample` does.
        """
        rng = random_numbers(seed)
        groups = self._groups_to_draw(count, label, rng)
        return (self._as_images(rows) for rows in self._states(groups, rng))

    def _learn(self, rows: np.ndarray, groups: np.ndarray) -> None:
        lit = rows > 0  # nearer to white than to black
        classes = [lit[groups == place] for place in range(groups.max() + 1)]
        self.rates = np.stack([base_rate(mine) for mine in classes])
        self.parts = [learn_machine(mine, self.hidden, self.seed + place) for place, mine in enumerate(classes)]

    def _draw(self, groups: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        (last,) = deque(self._states(groups, rng), maxlen=1)
        return last

    def _states(self, groups: np.ndarray, rng: np.random.Generator) -> Iterator[np.ndarray]:
        """What `chain` yields, as pixels `(len(groups), D)`."""
        start = self.rates[groups]
        lit = rng.random(start.shape) < start
        chance = np.empty(lit.shape)
        yield 2.0 * lit - 1
        for _ in range(STEPS):
            for place in np.unique(groups):
                mine = groups == place
                chance[mine], lit[mine] = gibbs_step(self.parts[place], lit[mine], rng)
            yield 2 * chance - 1


def gibbs_step(machine: BernoulliRBM, lit: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Draw hidden units for the pixels `lit` `(N, D)`, then new pixels for those.

    Returns the chance of each new pixel to be lit, p(v = 1|h), and the new pixels, `(N, D)` both.
    """
    hidden_chance = expit(lit @ machine.components_.T + machine.intercept_hidden_)
    hidden = rng.random(hidden_chance.shape) < hidden_chance
    chance = expit(hidden @ machine.components_ + machine.intercept_visible_)
    return chance, rng.random(chance.shape) < chance


def base_rate(lit: np.ndarray) -> np.ndarray:
    """How often each pixel is lit in images `(N, D)`, as if each had once more been lit and once not: `(D,)`."""
    return (lit.sum(0) + 1) / (len(lit) + 2)


def learn_machine(lit: np.ndarray, hidden: int, seed: int) -> BernoulliRBM:
    """A machine of `hidden` units for images `(N, D)` of lit pixels, by persistent contrastive divergence."""
    random_state = np.random.RandomState(seed)  # scikit-learn takes no numpy Generator
    # scikit-learn divides what the chains say by the size of the batch, so there are as many of both.
    batch = min(BATCH, len(lit))
    machine = BernoulliRBM(hidden, batch_size=batch, random_state=random_state)
    # It starts as a model of independent pixels (Hinton, 2012, section 8.1), which leaves the rest to the weights.
    machine.intercept_visible_ = logit(base_rate(lit))
    for rate in np.linspace(FIRST_RATE, LAST_RATE, EPOCHS):
        machine.learning_rate = rate
        order = random_state.permutation(len(lit))
        for start in range(0, len(lit) - batch + 1, batch):
            machine.partial_fit(lit[order[start : start + batch]])
    return machine
