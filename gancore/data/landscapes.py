"""Painted landscapes: hills, trees and a house, the same ones in summer and in winter, by day and by night."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import torch
from torch import Tensor

from gancore.system.random import seed_for

SIDE = 32  # pixels
TREES = 4  # at most
FOOT = 0.86  # how far down trees and house stand
Colour = tuple[int, int, int]  # red, green, blue, 0..255
Lay = Callable[[str, Tensor], None]  # the name of a colour, and the pixels `(N, SIDE, SIDE)` that get it

SUMMER: Mapping[str, Colour] = {
    "sky": (130, 190, 245), "light": (255, 225, 90), "hills": (70, 120, 90), "meadow": (110, 175, 70),
    "trunk": (100, 70, 45), "crown": (45, 130, 50), "fir": (30, 95, 60), "top": (30, 95, 60),
    "wall": (225, 200, 165), "roof": (175, 70, 50), "window": (90, 110, 140),
}  # fmt: skip
WINTER = {
    **SUMMER,
    "sky": (190, 205, 225), "light": (250, 240, 205), "hills": (165, 180, 200), "meadow": (240, 243, 250),
    "crown": (150, 130, 120), "top": (240, 243, 250), "roof": (215, 220, 235),
}  # fmt: skip
NIGHT = {name: (red * 3 // 10, green * 3 // 10, 40 + blue * 3 // 10) for name, (red, green, blue) in SUMMER.items()}
NIGHT |= {"sky": (15, 20, 60), "light": (235, 235, 220), "window": (255, 215, 90)}


@dataclass(frozen=True)
class Scenes:
    """What there is to paint, and where: in shares of the picture's side, from the upper left corner."""

    light: Tensor  # (N, 2), the sun or the moon
    hills: Tensor  # (N, 3): height, swing and phase of a line of hills
    meadow: Tensor  # (N, 3), of the meadow before them
    trees: Tensor  # (N, TREES, 3): place, height and whether it is a fir
    grown: Tensor  # (N, TREES), whether there is such a tree
    house: Tensor  # (N, 2): place and size


def draw_scenes(count: int, seed: int) -> Scenes:
    """`count` scenes that `seed` decides."""
    rng = torch.Generator().manual_seed(seed_for(seed, "landscapes"))

    def between(low: float, high: float, *shape: int) -> Tensor:
        return low + (high - low) * torch.rand(count, *shape, generator=rng)

    def line(low: float, high: float) -> Tensor:
        return torch.stack([between(low, high), between(0.02, 0.09), between(0.0, 6.3)], dim=1)

    trees = torch.stack([between(0.05, 0.95, TREES), between(0.25, 0.45, TREES), between(0, 1, TREES).round()], dim=2)
    light = torch.stack([between(0.1, 0.9), between(0.08, 0.2)], dim=1)
    house = torch.stack([between(0.15, 0.85), between(0.16, 0.24)], dim=1)
    return Scenes(light, line(0.35, 0.5), line(0.6, 0.72), trees, between(0, 1, TREES) < 0.7, house)


def paint(scenes: Scenes, colours: Mapping[str, Colour]) -> Tensor:
    """uint8 pictures `(N, 3, SIDE, SIDE)` of `scenes` in `colours`, from what is far to what is near."""
    count = len(scenes.light)
    down, across = torch.meshgrid(*[(torch.arange(SIDE) + 0.5) / SIDE] * 2, indexing="ij")
    pictures = torch.tensor(colours["sky"]).view(1, 3, 1, 1).expand(count, 3, SIDE, SIDE).clone()

    def lay(name: str, where: Tensor) -> None:
        pictures.copy_(torch.where(where[:, None], torch.tensor(colours[name]).view(1, 3, 1, 1), pictures))

    def below(line: Tensor, waves: float) -> Tensor:
        height, swing, phase = line[..., None, None].unbind(1)
        return down > height + swing * torch.sin(waves * across + phase)

    right, low = scenes.light[..., None, None].unbind(1)
    lay("light", (across - right) ** 2 + (down - low) ** 2 < 0.07**2)
    lay("hills", below(scenes.hills, 9.0))
    lay("meadow", below(scenes.meadow, 5.0))
    for tree, grown in zip(scenes.trees.unbind(1), scenes.grown.unbind(1), strict=True):
        _plant(tree[..., None, None], grown[:, None, None], down, across, lay)
    _build(scenes.house[..., None, None], down, across, lay)
    return pictures.byte()


def _plant(tree: Tensor, grown: Tensor, down: Tensor, across: Tensor, lay: Lay) -> None:
    """A fir, with a top of its own colour, or a tree with a round crown."""
    place, height, fir = tree.unbind(1)
    up, aside = (FOOT - down) / height, (across - place).abs()  # from foot to top: 0 to 1
    lay("trunk", grown & (up > 0) & (up < 0.6) & (aside < 0.025))
    cone = grown & (fir > 0) & (up > 0.2) & (up < 1) & (aside < 0.35 * height * (1 - up))
    lay("fir", cone)
    lay("top", cone & (up > 0.6))
    lay("crown", grown & (fir == 0) & ((up - 0.7) ** 2 + (aside / height) ** 2 < 0.28**2))


def _build(house: Tensor, down: Tensor, across: Tensor, lay: Lay) -> None:
    place, size = house.unbind(1)
    up, aside = (FOOT + 0.08 - down) / size, (across - place).abs() / size
    lay("wall", (up > 0) & (up < 0.7) & (aside < 0.6))
    lay("roof", (up >= 0.7) & (up < 1.3) & (aside < 0.75 * (1.3 - up) / 0.6))
    lay("window", (up > 0.2) & (up < 0.5) & (aside < 0.18))
