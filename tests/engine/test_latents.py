"""Latent space: ways keep their ends and lengths, directions move what was measured, inversion finds what was drawn."""

import math

import pytest
import torch
from torch import Tensor, nn

from gancore.analysis.latents import Inverter, error_per_ink, find_direction, lerp, slerp
from gancore.analysis.shapes import slant, thickness
from gancore.errors import GancoreError
from gancore.models.sampling import generate, seeded_latents
from gancore.pretrained import Pretrained, load_pretrained

DIM = 64


@pytest.fixture(scope="module")
def modern() -> Pretrained:
    return load_pretrained("modern")


@pytest.fixture(scope="module")
def inverter(modern: Pretrained) -> Inverter:
    return Inverter(modern.generator, DIM)


def pairs(count: int = 200, dim: int = DIM) -> tuple[Tensor, Tensor]:
    return seeded_latents(count, dim, 1), seeded_latents(count, dim, 2)


# Ways


@pytest.mark.parametrize("way", [lerp, slerp])
def test_a_way_begins_and_ends_at_its_ends(way):
    start, end = pairs()
    assert torch.allclose(way(start, end, 0.0), start, atol=1e-5)
    assert torch.allclose(way(start, end, 1.0), end, atol=1e-5)


def test_a_great_circle_keeps_the_length_of_ends_that_are_equally_long():
    start, end = (5 * torch.nn.functional.normalize(z, dim=1) for z in pairs())
    for share in (0.1, 0.5, 0.77):
        assert torch.allclose(slerp(start, end, share).norm(dim=1), torch.tensor(5.0), rtol=1e-5)


def test_a_great_circle_turns_by_the_same_angle_in_every_step():
    start, end = torch.tensor([1.0, 0.0]), torch.tensor([0.0, 1.0])
    for step in range(7):
        angle = math.pi / 2 * step / 6
        expected = torch.tensor([math.cos(angle), math.sin(angle)])
        assert torch.allclose(slerp(start, end, step / 6), expected, atol=1e-6)


def test_a_great_circle_stays_in_the_plane_of_its_ends():
    start, end = pairs(1, 3)
    normal = torch.linalg.cross(start[0], end[0])
    assert abs(slerp(start, end, 0.3)[0] @ normal) < 1e-5


def test_a_great_circle_between_parallel_latents_is_the_line():
    start = seeded_latents(3, DIM, 0)
    assert torch.allclose(slerp(start, start, 0.5), start)
    assert torch.allclose(slerp(start, 3 * start, 0.5), 2 * start)


def test_opposite_latents_have_no_great_circle():
    start = seeded_latents(2, DIM, 0)
    end = torch.stack([start[1], -start[1]])
    with pytest.raises(GancoreError, match="opposite"):
        slerp(start, end, 0.5)


def test_latents_lie_near_a_sphere_and_the_middle_of_a_line_half_as_far_in_square():
    start, end = pairs(20_000)
    squared = start.square().sum(1)
    assert squared.mean().item() == pytest.approx(DIM, rel=0.01)
    assert squared.var().item() == pytest.approx(2 * DIM, rel=0.05)
    assert lerp(start, end, 0.5).square().sum(1).mean().item() == pytest.approx(DIM / 2, rel=0.01)
    assert slerp(start, end, 0.5).square().sum(1).mean().item() == pytest.approx(DIM, rel=0.01)


# Directions


def test_the_direction_of_a_linear_quantity_is_its_slope():
    z, w = seeded_latents(100, 5, 0), torch.tensor([3.0, 0.0, -4.0, 0.0, 0.0])
    assert torch.allclose(find_direction(z, z @ w + 7), w / 5, atol=1e-5)
    assert torch.allclose(find_direction(z, -10 * (z @ w)), -w / 5, atol=1e-5)


def test_a_direction_is_what_least_squares_with_an_intercept_gives():
    z = seeded_latents(300, 4, 0) + 0.5
    values = z[:, 0] + 0.3 * z[:, 1].square() + seeded_latents(300, 1, 1)[:, 0]
    table = torch.cat([torch.ones(300, 1), z], dim=1).double()
    slope = (torch.linalg.inv(table.T @ table) @ table.T @ values.double())[1:]
    assert torch.allclose(find_direction(z, values).double(), slope / slope.norm(), atol=1e-5)


def test_too_few_or_equal_values_have_no_direction():
    z = seeded_latents(10, 5, 0)
    with pytest.raises(GancoreError, match="more than 5 latents"):
        find_direction(z[:5], torch.arange(5.0))
    with pytest.raises(GancoreError, match="10 latents and 9 values"):
        find_direction(z, torch.arange(9.0))
    with pytest.raises(GancoreError, match="equal"):
        find_direction(z, torch.full((10,), 2.0))


@pytest.mark.parametrize("seed", [0, 1])
@pytest.mark.parametrize("measure", [slant, thickness])
def test_a_direction_moves_what_was_measured_of_new_samples_step_by_step(modern, measure, seed):
    found_on = seeded_latents(1500, DIM, seed)
    direction = find_direction(found_on, measure(generate(modern.generator, found_on)))
    new = seeded_latents(200, DIM, 100 + seed)
    measured = torch.stack(
        [measure(generate(modern.generator, new + step * direction)) for step in torch.arange(-3.0, 4.0)]
    )
    steps = measured.mean(1).diff()
    assert (steps > 0).all()
    assert (measured[-1] > measured[0]).float().mean() > 0.9  # and not only on average


# Inversion


class Linear(nn.Module):
    """Latents of two numbers to images of 2×2 pixels."""

    def __init__(self) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.tensor([[0.5, 0.0], [0.0, 0.5], [0.5, 0.5], [0.1, -0.3]]))

    def forward(self, z: Tensor) -> Tensor:
        return (z @ self.weight.T).unflatten(1, (1, 2, 2))


def test_the_latent_of_a_linear_generator_is_found():
    generator, z = Linear(), torch.tensor([[0.9, -1.2], [-0.3, 1.6]])
    found = Inverter(generator, 2).invert(generator(z).detach(), steps=300)
    assert torch.allclose(found.latents, z, atol=0.02)
    assert torch.allclose(found.images, generator(z), atol=0.02)


def test_a_generated_digit_is_brought_back(modern, inverter):
    images = modern.sample(16, seed=321)
    found = inverter.invert(images)
    assert torch.equal(found.images, generate(modern.generator, found.latents))
    assert torch.allclose(found.errors, error_per_ink(found.images, images))
    assert found.errors.median() < 0.02


def test_an_error_per_ink_is_0_for_the_same_and_1_for_a_black_picture_however_much_ink_there_is():
    thin, fat = (torch.full((1, 1, 8, 8), -1.0) for _ in range(2))
    thin[..., 3, :], fat[..., 1:7, :] = 0.5, 1.0
    images, black = torch.cat([thin, fat]), torch.full((2, 1, 8, 8), -1.0)
    assert error_per_ink(images, images).tolist() == [0, 0]
    assert error_per_ink(black, images).tolist() == [1, 1]
    half = (images + black) / 2
    assert torch.allclose(error_per_ink(half, images), torch.tensor([0.25, 0.25]))


def test_an_image_without_ink_has_an_error_all_the_same():
    black = torch.full((1, 1, 8, 8), -1.0)
    assert error_per_ink(black, black).item() == 0
    assert error_per_ink(-black, black).item() == 64  # as many white pixels as there are


def test_several_descents_come_nearer_than_one_from_anywhere(modern, inverter):
    images = modern.sample(8, seed=322)
    anywhere = generate(modern.generator, inverter.descend(seeded_latents(8, 64, 323), images, 60))
    assert inverter.invert(images, 60).errors.mean() < error_per_ink(anywhere, images).mean()


def test_more_steps_come_nearer(modern, inverter):
    images = modern.sample(8, seed=322)
    errors = [inverter.invert(images, steps).errors.mean() for steps in (0, 20, 100)]
    assert errors[0] > 2 * errors[1] > 2 * errors[2]


def test_inversion_repeats_itself_and_leaves_the_generator_as_it_was(modern, inverter):
    images = modern.sample(2, seed=5)
    before = {name: value.clone() for name, value in modern.generator.state_dict().items()}
    modern.generator.train()
    try:
        first, second = (inverter.invert(images, steps=5) for _ in range(2))
        assert modern.generator.training
    finally:
        modern.generator.eval()
    assert torch.equal(first.latents, second.latents)
    assert all(torch.equal(value, before[name]) for name, value in modern.generator.state_dict().items())
    assert all(weight.grad is None for weight in modern.generator.parameters())
