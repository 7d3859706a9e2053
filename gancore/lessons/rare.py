"""Rare classes: digits of which few examples are left, what people do about it, and a classifier to try it on."""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from gancore.data.images import ImageData, to_float
from gancore.data.pairs import read_set
from gancore.metrics.classifier_training import distort
from gancore.system.random import seeded
from gancore.training.recipes import RECIPES
from gancore.training.trainer import Trainer

RARE = (2, 5, 8)
CLASSES = 10
HELD_OUT = 100  # of each class
FILLED = 400  # examples of a rare class, where more are made
NEIGHBOURS = 5  # among which SMOTE chooses, as Chawla et al. (2002), section 4.2

WIDTH, BATCH, STEPS = 12, 64, 200  # of the classifier
RATE, DECAY, DROPOUT = 3e-3, 1e-2, 0.3

ROUNDS = 500  # of the GAN: a quarter of a minute on one thread
GAN_RECIPE = RECIPES["cmodern"].change(name="rare", batch_size=16, augment=("shift", "cutout"))


@dataclass(frozen=True)
class Imbalanced:
    """Digits to learn from, few of each class in RARE and all of the others, and digits of all classes held out."""

    learnt: ImageData
    held_out: ImageData

    @property
    def images(self) -> Tensor:
        """What is learnt from, float `(N, 1, 28, 28)` in [-1, 1]."""
        return to_float(self.learnt.images)

    @property
    def labels(self) -> Tensor:
        assert self.learnt.labels is not None
        return self.learnt.labels

    def few(self, label: int) -> Tensor:
        """The examples of one class, float `(N, 1, 28, 28)` in [-1, 1]."""
        return self.images[self.labels == label]


def imbalanced(digits: ImageData, few: int = 10, seed: int = 0) -> Imbalanced:
    """`digits` with HELD_OUT of each class set aside, and of what is left `few` of each rare class; `seed` says which.

    A larger `few` keeps all that a smaller one does.
    """
    assert digits.labels is not None
    rng = torch.Generator().manual_seed(seed)
    learnt, held_out = [], []
    for label in range(CLASSES):
        members = torch.where(digits.labels == label)[0]
        members = members[torch.randperm(len(members), generator=rng)]
        held_out.append(members[:HELD_OUT])
        learnt.append(members[HELD_OUT:][: few if label in RARE else None])
    return Imbalanced(digits.subset(torch.cat(learnt)), digits.subset(torch.cat(held_out)))


@dataclass(frozen=True)
class Lesson:
    """What a classifier learns from: images `(N, 1, 28, 28)` in [-1, 1], their labels `(N,)`, how often each is drawn
    relative to the others `(N,)`, and what an error on each class costs `(10,)`."""

    images: Tensor
    labels: Tensor
    shares: Tensor
    costs: Tensor


def nothing(digits: Imbalanced, made: Tensor | None = None, seed: int = 0) -> Lesson:
    """The examples as they are."""
    return Lesson(digits.images, digits.labels, torch.ones(len(digits.labels)), torch.ones(CLASSES))


def class_weights(digits: Imbalanced, made: Tensor | None = None, seed: int = 0) -> Lesson:
    """An error on a class costs the more, the fewer examples it has."""
    counts = torch.bincount(digits.labels, minlength=CLASSES)
    costs = len(digits.labels) / (CLASSES * counts)
    return Lesson(digits.images, digits.labels, torch.ones(len(digits.labels)), costs)


def oversampling(digits: Imbalanced, made: Tensor | None = None, seed: int = 0) -> Lesson:
    """Every class is drawn as often as any other, so that rare examples are seen again and again."""
    return evenly(digits.images, digits.labels)


def smote(digits: Imbalanced, made: Tensor | None = None, seed: int = 0) -> Lesson:
    """Rare classes are filled up with mixtures of two neighbours."""
    rng = torch.Generator().manual_seed(seed)
    return filled(digits, torch.stack([mixtures(digits.few(label), FILLED, rng) for label in RARE]))


def drawn(digits: Imbalanced, made: Tensor | None = None, seed: int = 0) -> Lesson:
    """Rare classes are filled up with what was `made`, `(3, N, 1, 28, 28)`; half of what is seen stays original."""
    assert made is not None
    return filled(digits, made)


Remedy = Callable[[Imbalanced, Tensor | None, int], Lesson]
REMEDIES: dict[str, Remedy] = {
    "nothing": nothing,
    "class weights": class_weights,
    "oversampling": oversampling,
    "SMOTE": smote,
    "GAN": drawn,
}


def evenly(images: Tensor, labels: Tensor) -> Lesson:
    """A lesson in which every class is drawn as often as any other."""
    return Lesson(images, labels, 1 / torch.bincount(labels)[labels], torch.ones(CLASSES))


def filled(digits: Imbalanced, made: Tensor) -> Lesson:
    """The examples, and what was `made` `(3, N, 1, 28, 28)` of the rare classes; these are drawn as often as others,
    and originals of theirs as often as what was made."""
    labels = torch.tensor(RARE).repeat_interleave(made.shape[1])
    groups = torch.cat([digits.labels, labels + CLASSES])  # what was made of a class is a group of its own
    even = evenly(torch.cat([digits.images, made.flatten(0, 1)]), groups)
    halved = torch.isin(groups % CLASSES, torch.tensor(RARE))
    return Lesson(even.images, groups % CLASSES, even.shares * torch.where(halved, 0.5, 1.0), even.costs)


def mixtures(examples: Tensor, count: int, rng: torch.Generator) -> Tensor:
    """`count` mixtures of one of `examples` `(N, …)` and one of its nearest neighbours, at a random place between them.

    Chawla et al. (2002, SMOTE), section 4.2. A single example has no neighbour, and is repeated.
    """
    if len(examples) == 1:
        return examples.repeat(count, *[1] * (examples.ndim - 1))
    distances = torch.cdist(examples.flatten(1), examples.flatten(1)).fill_diagonal_(torch.inf)
    nearest = distances.topk(min(NEIGHBOURS, len(examples) - 1), largest=False).indices
    starts = torch.randint(len(examples), (count,), generator=rng)
    ends = nearest[starts, torch.randint(nearest.shape[1], (count,), generator=rng)]
    way = torch.rand(count, *[1] * (examples.ndim - 1), generator=rng)
    return examples[starts] + way * (examples[ends] - examples[starts])


def train_gan(digits: Imbalanced, seed: int = 0, rounds: int = ROUNDS) -> Trainer:
    """A GAN that is told the class, on `digits` in which every class is as frequent as any other, by repetition."""
    labels = digits.labels
    most = int(torch.bincount(labels).max())
    members = [torch.where(labels == label)[0] for label in range(CLASSES)]
    even = torch.cat([each[torch.arange(most) % len(each)] for each in members])
    return GAN_RECIPE.trainer(digits.learnt.subset(even), seed=seed, device="cpu").run(steps=rounds)


def draw_rare(trainer: Trainer, count: int = FILLED, seed: int = 0) -> Tensor:
    """`count` pictures of each rare class by the trainer's GAN, `(3, count, 1, 28, 28)`."""
    labels = torch.tensor(RARE).repeat_interleave(count)
    return trainer.sample(len(labels), labels, seed).unflatten(0, (len(RARE), count))


def small_network() -> nn.Module:
    """Digits to logits `(N, 10)`: two convolutions on a grid of 14 × 14 cells of 2 × 2 pixels."""
    return nn.Sequential(
        nn.PixelUnshuffle(2), nn.Conv2d(4, WIDTH, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(WIDTH, 2 * WIDTH, 3, padding=1), nn.ReLU(), nn.Dropout(DROPOUT),
        nn.Flatten(), nn.Linear(2 * WIDTH * 7 * 7, CLASSES),
    )  # fmt: skip


def fit(lesson: Lesson, moved: bool = False, seed: int = 0, steps: int = STEPS) -> nn.Module:
    """A small network after `steps` batches of `lesson`, with `moved` each turned, shifted and resized a little."""
    rng = torch.Generator().manual_seed(seed)
    with seeded(seed):
        network = small_network().to(memory_format=torch.channels_last)
        optimizer = torch.optim.AdamW(network.parameters(), RATE, weight_decay=DECAY, fused=True)
        schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, RATE, total_steps=steps)
        for _ in range(steps):
            index = torch.multinomial(lesson.shares, BATCH, replacement=True, generator=rng)
            images = distort(lesson.images[index], rng) if moved else lesson.images[index]
            loss = F.cross_entropy(network(images), lesson.labels[index], weight=lesson.costs)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
    return network.eval()


@torch.no_grad()
def recalls(network: nn.Module, held_out: ImageData) -> Tensor:
    """Of each class, the share of `held_out` that `network` reads as that class: `(10,)`, 0 to 1."""
    assert held_out.labels is not None
    right = network(to_float(held_out.images)).argmax(1) == held_out.labels
    return torch.stack([right[held_out.labels == label].float().mean() for label in range(CLASSES)])


def rare_recall(of_classes: Tensor) -> Tensor:
    """The mean recall of the rare classes, from recalls `(…, 10)`."""
    return of_classes[..., list(RARE)].mean(-1)


def nearest(made: Tensor, originals: Tensor) -> tuple[Tensor, Tensor]:
    """For each picture `(N, …)` the place of the nearest of `originals` `(M, …)`, and how far it is, both `(N,)`."""
    distances, places = torch.cdist(made.flatten(1), originals.flatten(1)).min(1)
    return places, distances


def apart(originals: Tensor) -> Tensor:
    """How far each of `originals` `(M, …)` is from the nearest other one, `(M,)`."""
    return torch.cdist(originals.flatten(1), originals.flatten(1)).fill_diagonal_(torch.inf).amin(1)


@dataclass(frozen=True)
class Results:
    """What data_sets/rare.py measured for each number of rare examples in `few`, with some seeds.

    `of_classes` are recalls `(few, seeds, remedies, 2, 10)`, without and with pictures that are moved, remedies in the
    order of REMEDIES; not a number for a seed that was not tried. `drawn` are pictures of the rare classes by the GAN
    of seed 0, uint8 `(few, 3, N, 1, 28, 28)`.
    """

    few: tuple[int, ...]
    of_classes: Tensor
    drawn: Tensor

    def measured(self, few: int, remedy: str, moved: bool) -> Tensor:
        """Of each seed that was tried the recalls of all classes, `(seeds, 10)`."""
        found = self.of_classes[self.few.index(few), :, list(REMEDIES).index(remedy), int(moved)]
        return found[found.isfinite().all(1)]

    def pictures(self, few: int) -> Tensor:
        """What the GAN drew of the rare classes, float `(3, N, 1, 28, 28)` in [-1, 1]."""
        return to_float(self.drawn[self.few.index(few)])


def load_results() -> Results:
    """The results that ship with gancore."""
    arrays = read_set("rare")
    few = tuple(map(int, arrays["few"]))
    return Results(few, torch.from_numpy(arrays["of_classes"]), torch.from_numpy(arrays["drawn"]))
