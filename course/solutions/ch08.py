"""Reference answers of chapter 08, each written in two ways.

A heading such as `# %% 8.1` begins an answer.
"""

import torch
from torch import nn
from torch.nn.functional import conv_transpose1d, relu

# %% 8.1
sides = [
    (28 + 2 * 2 - 5) // 2 + 1,
    (28 - 3) // 2 + 1,
    (14 - 1) * 2 + 4 - 2 * 1,
    (7 - 1) * 2 + 3 - 2 * 1,
]

# %% 8.1 another way
layers = [
    (28, nn.Conv2d(1, 1, kernel_size=5, stride=2, padding=2)),
    (28, nn.Conv2d(1, 1, kernel_size=3, stride=2)),
    (14, nn.ConvTranspose2d(1, 1, kernel_size=4, stride=2, padding=1)),
    (7, nn.ConvTranspose2d(1, 1, kernel_size=3, stride=2, padding=1)),
]
sides_another_way = [
    layer(torch.zeros(1, 1, side, side)).shape[-1] for side, layer in layers
]


# %% 8.2
def generator_block(inputs: int, outputs: int) -> nn.Module:
    return nn.Sequential(
        nn.ConvTranspose2d(
            inputs, outputs, kernel_size=4, stride=2, padding=1, bias=False
        ),
        nn.BatchNorm2d(outputs),
        nn.ReLU(),
    )


# %% 8.2 another way
class Block(nn.Module):
    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.grow = nn.ConvTranspose2d(inputs, outputs, 4, 2, 1)
        self.norm = nn.BatchNorm2d(outputs)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return relu(self.norm(self.grow(x)))


def generator_block_another_way(inputs: int, outputs: int) -> nn.Module:
    return Block(inputs, outputs)


# %% 8.3
def coverage(kernel: int, stride: int) -> list[int]:
    return [len(range(start, kernel, stride)) for start in range(stride)]


# %% 8.3 another way
def coverage_another_way(kernel: int, stride: int) -> list[int]:
    stamps = conv_transpose1d(
        torch.ones(1, 1, 9), torch.ones(1, 1, kernel), stride=stride
    )[0, 0]
    inside = 5 * stride  # a place where a stamp begins, far from both ends
    return stamps[inside : inside + stride].tolist()


# %% 8.4
def ahead(a: list[dict], b: list[dict], seconds: float) -> str:
    stands = {}
    for name, rows in (("a", a), ("b", b)):
        in_time = [row for row in rows if row["seconds"] <= seconds]
        stands[name] = in_time[-1]["fid"]
    return min(stands, key=stands.get)


# %% 8.4 another way
def ahead_another_way(a: list[dict], b: list[dict], seconds: float) -> str:
    def score(rows: list[dict]) -> float:
        found = rows[0]["fid"]
        for row in rows:
            if row["seconds"] > seconds:
                break
            found = row["fid"]
        return found

    return "a" if score(a) < score(b) else "b"
