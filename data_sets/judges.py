"""Trains gancore/weights/avatars-judge-16.safetensors and -32: what reads, attribute by attribute, an avatar.

    python data_sets/judges.py

A judge learns from all avatars but every tenth, also from people that are never together for those that learn to draw.
The same machine and thread count train the same judge, in some seconds.
"""

import torch
from safetensors.torch import save
from torch.nn.functional import cross_entropy

from gancore.data.avatars import load_avatars
from gancore.data.images import to_float
from gancore.metrics.described import WEIGHTS, AttributeJudge, is_for_testing
from gancore.runs.weights import fingerprint
from gancore.system.random import seeded

SIDES = (16, 32)  # pixels
EPOCHS, BATCH, RATE = 12, 64, 2e-3
NOISE = 0.1  # on the pictures that it learns from, since drawn ones are not as clean


def main() -> None:
    """Train both, and store them in half precision."""
    for side in SIDES:
        weights = {name: values.half() for name, values in trained(side).state_dict().items()}
        path = WEIGHTS / f"avatars-judge-{side}.safetensors"
        path.write_bytes(save(weights, {"fingerprint": fingerprint(weights)}))


def trained(side: int) -> AttributeJudge:
    """A judge for avatars of `side` pixels."""
    avatars = load_avatars(side)
    learnt = avatars.subset(~is_for_testing(avatars))
    images, truth = to_float(learnt.images), learnt.attributes
    with seeded(0):
        judge = AttributeJudge(side)
        optimizer = torch.optim.Adam(judge.parameters(), RATE)
        for _ in range(EPOCHS):
            for some in torch.randperm(len(images)).split(BATCH):
                noisy = images[some] + NOISE * torch.randn(len(some), *images.shape[1:])
                answers = zip(judge(noisy), truth[some].T, strict=True)
                loss = torch.stack([cross_entropy(logits, words) for logits, words in answers]).sum()
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
    return judge


if __name__ == "__main__":
    main()
