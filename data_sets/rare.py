"""Measures what each remedy for rare classes is worth: with ten examples for three seeds, with others for one.

    python data_sets/rare.py FOLDER

FOLDER keeps each of the seven parts, which take half a minute on one thread that is not disturbed; those that it has
are not measured again. Then all are stored.
"""

import sys
from pathlib import Path

import numpy as np
import torch
from store import store

from gancore import load
from gancore.data.images import to_uint8
from gancore.lessons.rare.classifier import fit, recalls
from gancore.lessons.rare.gan import draw_rare, train_gan
from gancore.lessons.rare.imbalance import CLASSES, RARE, imbalanced
from gancore.lessons.rare.remedies import REMEDIES

SEEDS = {1: (0,), 3: (0,), 10: (0, 1, 2), 30: (0,), 100: (0,)}  # for each number of examples
MOST_SEEDS = 3
KEPT = 12  # drawn pictures of each class


def measure(few: int, seed: int) -> dict[str, np.ndarray]:
    digits = imbalanced(load("digits"), few, seed)
    made = draw_rare(train_gan(digits, seed), seed=seed)
    found = [
        [recalls(fit(remedy(digits, made, seed), moved, seed), digits.held_out) for moved in (False, True)]
        for remedy in REMEDIES.values()
    ]
    of_classes = torch.stack([torch.stack(each) for each in found])
    return {"of_classes": of_classes.numpy(), "drawn": to_uint8(made[:, :KEPT]).numpy()}


def part(folder: Path, few: int, seed: int) -> Path:
    return folder / f"rare-{few}-{seed}.npz"


def main(folder: Path) -> None:
    torch.set_num_threads(1)
    folder.mkdir(parents=True, exist_ok=True)
    of_classes = np.full((len(SEEDS), MOST_SEEDS, len(REMEDIES), 2, CLASSES), np.nan, dtype=np.float32)
    drawn = []
    for place, (few, seeds) in enumerate(SEEDS.items()):
        for seed in seeds:
            if not part(folder, few, seed).exists():
                np.savez(part(folder, few, seed), **measure(few, seed))
            found = np.load(part(folder, few, seed))
            of_classes[place, seed] = found["of_classes"]
            drawn += [found["drawn"]] * (seed == 0)
            rare = 100 * found["of_classes"][..., RARE].mean(-1)
            print(few, seed, dict(zip(REMEDIES, rare.round(1).tolist(), strict=True)), flush=True)
    store("rare", few=np.array(list(SEEDS)), of_classes=of_classes, drawn=np.array(drawn))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
