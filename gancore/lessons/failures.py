"""Games on the ring of eight that go wrong, the symptoms that they show, and remedies.

`Setting()` works; each of the broken games differs from it in a few values.
"""

from dataclasses import dataclass

from gancore.lessons.ring_run import Outcome, Run
from gancore.lessons.ring_setting import Setting
from gancore.models.mlp import SLOPE

HEALTHY = Setting()
COLLAPSE = Setting(slope=0.0, g_lr=3e-2, rounds=300)
OSCILLATION = Setting(slope=0.0, beta1=0.9, d_lr=2e-3, g_lr=2e-3, rounds=600)
D_TOO_STRONG = Setting(loss="minimax", scale=10.0, d_steps=2, d_lr=2e-2, rounds=200)
D_TOO_WEAK = Setting(d_lr=3e-5)
MEMORISING = Setting(examples=2, std=0.1, d_lr=2e-3, rounds=600)


@dataclass(frozen=True)
class Remedy:
    """Something to try: what it does, in words, and what it changes in a setting."""

    does: str
    changes: dict[str, object]

    def apply(self, setting: Setting) -> Setting:
        """`setting` with the remedy; equal to it where it holds the remedy already."""
        return setting.change(**self.changes)


REMEDIES = {
    "LeakyReLU": Remedy("units pass on a fifth of what is negative", {"slope": SLOPE}),
    "tanh and data range": Remedy("data scaled to [-1, 1], and a generator that ends in tanh",
                                  {"tanh": True, "scale": 1.0}),
    "Adam's β₁ at 0": Remedy("no momentum (Radford et al., 2015, lower it to 0.5)", {"beta1": 0.0}),
    "label smoothing": Remedy("D is asked for 0.9 on real points (Salimans et al., 2016)", {"real_target": 0.9}),
    "instance noise": Remedy("noise on all that D sees (Arjovsky and Bottou, 2017)", {"noise": 0.3}),
    "dropout in D": Remedy("three in ten of D's hidden units are off at random", {"dropout": 0.3}),
    "five D steps": Remedy("D moves five times a round", {"d_steps": 5}),
    "two learning rates": Remedy("a rate for each (Heusel et al., 2017), here D's four times G's",
                                 {"d_lr": 2e-3, "g_lr": 5e-4}),
    "spectral normalisation": Remedy("no layer of D stretches by more than 1 (Miyato et al., 2018)",
                                     {"spectral_norm": True}),
    "R1 and R2": Remedy("D pays for its slope on real and generated points (Mescheder et al., 2018)",
                        {"r1": 0.1, "r2": 0.1}),
    "Wasserstein with penalty": Remedy("a critic of slope 1 that moves five times (Gulrajani et al., 2017)",
                                       {"loss": "wasserstein", "gp": 1.0, "d_steps": 5}),
    "relativistic pairing": Remedy("D compares real with generated points (Jolicoeur-Martineau, 2018)",
                                   {"loss": "relativistic"}),
    "moving average": Remedy("samples come from averaged weights (Yazıcı et al., 2019)", {"average": 0.99}),
    "more data": Remedy("new real points in every batch", {"examples": None}),
}  # fmt: skip

ALL_WELL, FEW, CHASE, STUCK, BY_HEART = (
    "all eight modes",
    "few modes, and losses that end like those of a good game",
    "a crowd that runs about, under curves that swing",
    "points that hardly move, and a D that is always right",
    "all eight modes, and a D that knows its training points by heart",
)
SYMPTOMS = (ALL_WELL, FEW, CHASE, STUCK, BY_HEART)


@dataclass(frozen=True)
class Failure:
    """A broken setting and the symptom that it shows; its key in FAILURES names the cause."""

    setting: Setting
    symptom: str


FAILURES = {
    "G learns thirty times as fast as D": Failure(COLLAPSE, FEW),
    "Adam's β₁ is 0.9, and both rates are high": Failure(OSCILLATION, CHASE),
    "data ten times as large, and a hasty D": Failure(D_TOO_STRONG, STUCK),
    "D learns thirty times as slowly as G": Failure(D_TOO_WEAK, FEW),
    "two training points for each mode": Failure(MEMORISING, BY_HEART),
    "nothing is wrong": Failure(HEALTHY, ALL_WELL),
}

UNLABELLED = {"A": COLLAPSE, "B": D_TOO_STRONG, "C": HEALTHY, "D": OSCILLATION}  # of exercise 6.3


def try_remedies(setting: Setting, seed: int = 0) -> dict[str, Outcome]:
    """What comes of `setting` with each remedy that changes it, one at a time."""
    tried = {name: remedy.apply(setting) for name, remedy in REMEDIES.items()}
    return {name: Run(one, seed).play().outcome() for name, one in tried.items() if one != setting}
