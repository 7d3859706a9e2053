"""Augmentation is random in each picture, the same in kind for real and generated, and lets gradients through."""

import pytest
import torch
from helpers.small import same
from torch import Tensor, nn
from torch.nn.functional import affine_grid, grid_sample

from gancore.data import Batch
from gancore.data.images import ImageData
from gancore.errors import GancoreError
from gancore.system.random import seeded
from gancore.training import augmentation
from gancore.training.augmentation import (
    ADAPTED_OVER,
    ADAPTIVE,
    AUGMENTATIONS,
    CUTOUT,
    FEW,
    FOR_FEW,
    SHIFT,
    TURN,
    ZOOM,
    adapt,
    augment,
    read,
    read_between,
)
from gancore.training.gan import GAN
from gancore.training.losses import NonSaturating, Relativistic
from gancore.training.recipes import RECIPES
from gancore.training.recorders import History
from gancore.training.trainer import Trainer

ALL = tuple(AUGMENTATIONS)
SIDE = 16


def pictures(count: int = 4, channels: int = 3, height: int = SIDE, width: int = SIDE) -> Tensor:
    return torch.rand(count, channels, height, width, generator=torch.Generator().manual_seed(0)) * 1.8 - 0.9


def in_order(count: int = 1) -> Tensor:
    """Pictures whose every pixel has a value of its own, above 0."""
    return torch.arange(1.0, SIDE**2 + 1).reshape(1, 1, SIDE, SIDE).repeat(count, 1, 1, 1)


def game(augment: tuple[str, ...], loss: object = None, **options: object) -> GAN:
    """Players for pictures of one channel, of which the discriminator sees the mean."""
    with seeded(0):
        generator = nn.Sequential(nn.Linear(3, SIDE**2), nn.Unflatten(1, (1, SIDE, SIDE)))
        discriminator = nn.Sequential(nn.Flatten(), nn.Linear(SIDE**2, 1), nn.Flatten(0))
    return GAN(generator, discriminator, loss or NonSaturating(), latent_dim=3, augment=augment, **options)


class Seen(nn.Module):
    """A discriminator that keeps what it was shown."""

    def __init__(self) -> None:
        super().__init__()
        self.scale = nn.Parameter(torch.ones(()))
        self.shown: list[Tensor] = []

    def forward(self, examples: Tensor) -> Tensor:
        self.shown.append(examples.detach().clone())
        return self.scale * examples.mean((1, 2, 3))


@pytest.mark.parametrize("kind", ALL)
@pytest.mark.parametrize(("channels", "height", "width"), [(1, 28, 28), (3, 32, 32), (5, 9, 14), (2, 1, 1)])
def test_pictures_of_any_size_and_number_of_channels_keep_their_shape(
    kind: str, channels: int, height: int, width: int
) -> None:
    before = pictures(3, channels, height, width)
    after = AUGMENTATIONS[kind](before)
    assert after.shape == before.shape
    assert after.isfinite().all()


@pytest.mark.parametrize("kind", ALL)
def test_each_picture_is_changed_in_its_own_way_and_its_channels_alike(kind: str) -> None:
    after = AUGMENTATIONS[kind](in_order(6).repeat(1, 2, 1, 1) / SIDE**2)
    assert len({tuple(picture.flatten().tolist()) for picture in after}) > 3  # two may draw the same
    assert torch.equal(after[:, 0], after[:, 1])


def test_nothing_is_done_and_nothing_drawn_where_nothing_is_named() -> None:
    before, state = pictures(), torch.get_rng_state()
    assert augment(before, ()) is before
    assert torch.equal(torch.get_rng_state(), state)


@pytest.mark.parametrize("kind", ALL)
def test_random_numbers_come_from_the_global_state(kind: str) -> None:
    found = []
    for seed in (1, 1, 2):
        with seeded(seed):
            found.append(AUGMENTATIONS[kind](pictures()))
    assert torch.equal(found[0], found[1])
    assert not torch.equal(found[0], found[2])


def test_shift_moves_by_whole_pixels_and_fills_with_grey() -> None:
    before = in_order()[0, 0]
    moves = set()
    most = round(SHIFT * SIDE)
    for after in augmentation.shift(in_order(200))[:, 0]:
        row, column = divmod(int((after == before[8, 8]).nonzero()[0] @ torch.tensor([SIDE, 1])), SIDE)
        down, right = row - 8, column - 8
        expected = torch.zeros(SIDE, SIDE)
        for r in range(SIDE):
            for c in range(SIDE):
                if 0 <= r - down < SIDE and 0 <= c - right < SIDE:
                    expected[r, c] = before[r - down, c - right]
        assert torch.equal(after, expected)
        moves |= {(down, right)}
    assert {down for down, _ in moves} == {right for _, right in moves} == set(range(-most, most + 1))


def test_cutout_greys_one_square_of_half_the_side() -> None:
    full = set()
    for after in augmentation.cutout(in_order(300))[:, 0]:
        rows, columns = (after == 0).any(1).nonzero().flatten(), (after == 0).any(0).nonzero().flatten()
        height, width = len(rows), len(columns)
        assert int((after == 0).sum()) == height * width
        assert SIDE * CUTOUT / 2 <= min(height, width) <= max(height, width) <= SIDE * CUTOUT
        full |= {(height, width)}
        kept = after != 0
        assert torch.equal(after[kept], in_order()[0, 0][kept])
    assert (SIDE * CUTOUT, SIDE * CUTOUT) in full


def test_light_is_a_straight_line_about_the_mean() -> None:
    before = pictures(50)
    after = augmentation.light(before)
    mean = before.mean((1, 2, 3), keepdim=True)
    brightness = after.mean((1, 2, 3), keepdim=True) - mean
    contrast = (after - mean - brightness).flatten(1).norm(dim=1) / (before - mean).flatten(1).norm(dim=1)
    torch.testing.assert_close(after, (before - mean) * contrast[:, None, None, None] + mean + brightness)
    assert brightness.abs().max() <= 0.5 + 1e-6
    assert 0.5 - 1e-6 <= contrast.min() < contrast.max() <= 1.5 + 1e-6


def test_turn_reads_as_torch_reads_an_affine_grid(monkeypatch: pytest.MonkeyPatch) -> None:
    angle, zoom = 0.2, 0.07
    drawn = {TURN: angle, ZOOM: zoom}
    monkeypatch.setattr(augmentation, "between", lambda images, most: torch.full((len(images), 1, 1), drawn[most]))
    before = pictures()
    cosine, sine = (1 + zoom) * torch.tensor(angle).cos(), (1 + zoom) * torch.tensor(angle).sin()
    rows = torch.tensor([[[cosine, -sine, 0.0], [sine, cosine, 0.0]]]).repeat(len(before), 1, 1)
    expected = grid_sample(before, affine_grid(rows, list(before.shape), align_corners=False), align_corners=False)
    torch.testing.assert_close(augmentation.turn(before), expected, atol=1e-5, rtol=1e-5)


def test_reading_between_pixels_is_exact_on_a_plane_and_grey_outside() -> None:
    rows, columns = torch.tensor([[[2.25, 3.0]]]), torch.tensor([[[4.5, 7.75]]])
    plane = in_order()
    torch.testing.assert_close(read_between(plane, rows, columns), 1 + SIDE * rows[:, None] + columns[:, None])
    assert read(plane, torch.tensor([[[-1, SIDE, -40]]]), torch.tensor([[[0, 0, 99]]])).abs().max() == 0
    torch.testing.assert_close(read_between(plane, rows * 0 - 0.5, columns * 0).flatten(), torch.tensor([0.5, 0.5]))


@pytest.mark.parametrize("kind", ALL)
def test_gradients_are_those_of_finite_differences(kind: str) -> None:
    def changed(images: Tensor) -> Tensor:
        with seeded(3):
            return AUGMENTATIONS[kind](images)

    images = pictures(2, 2, 6, 5).double().requires_grad_(True)
    assert torch.autograd.gradcheck(changed, images)


@pytest.mark.parametrize("kind", ALL)
def test_the_generator_learns_through_every_change(kind: str) -> None:
    played = game((kind,))
    played.generator_loss(Batch(pictures(4, 1))).backward()
    assert all(weight.grad.abs().sum() > 0 for weight in played.generator.parameters())
    assert all(weight.grad is None for weight in played.discriminator.parameters())


@pytest.mark.parametrize("loss", [NonSaturating(), Relativistic()])
@pytest.mark.parametrize("penalties", [{}, {"r1": 1.0, "r2": 1.0, "gp": 1.0}])
def test_the_discriminator_sees_nothing_unchanged(loss: object, penalties: dict) -> None:
    """Pictures are white, real and generated alike: whatever is all white was not cut into."""
    played = game(("cutout",), loss, share_fakes=True, **penalties)
    played.discriminator = Seen()
    with torch.no_grad():
        played.generator[0].weight.zero_()
        played.generator[0].bias.fill_(1.0)
    batch = Batch(torch.ones(5, 1, SIDE, SIDE))
    played.discriminator_loss(batch)
    played.generator_loss(batch)
    shown = torch.cat(played.discriminator.shown)
    assert len(shown) == 10 + 15 * bool(penalties) + 5 + 5 * loss.pairs
    assert ((shown < 1).flatten(1).sum(1) >= (SIDE * CUTOUT / 2) ** 2).all()


def test_penalties_are_differentiated_through_all_changes() -> None:
    played = game(ALL, r1=1.0, r2=1.0, gp=1.0)
    played.discriminator_loss(Batch(pictures(4, 1))).backward()
    slope = played.discriminator[1].weight.grad
    assert slope.isfinite().all()
    assert slope.abs().sum() > 0


def small(digits: ImageData, augment: tuple[str, ...], name: str = "cmodern") -> Trainer:
    return RECIPES[name].change(batch_size=8, penalty_every=2, augment=augment).trainer(digits, device="cpu")


@pytest.mark.parametrize(
    ("name", "kinds"), [("modern", ALL), ("cmodern", ALL), ("dcgan", ALL), ("mlp", ALL), ("modern", (*ALL, ADAPTIVE))]
)
def test_an_augmented_game_goes_on_bit_for_bit(name: str, kinds: tuple[str, ...], digits: ImageData) -> None:
    trainer = small(digits, kinds, name).run(steps=3)
    state = trainer.state_dict()
    trainer.run(steps=3)
    resumed = small(digits, kinds, name)
    resumed.load_state_dict(state)
    assert same(trainer.state_dict(), resumed.run(steps=3).state_dict() | {"seconds": trainer.seconds})


@pytest.mark.parametrize("probability", [0.0, 0.3, 1.0])
def test_with_a_probability_so_many_pictures_are_changed(probability: float) -> None:
    before = torch.ones(2000, 1, 4, 4)
    with seeded(0):
        after = augment(before, ("cutout",), torch.tensor(probability))
    changed = (after != before).flatten(1).any(1).float().mean()
    assert changed == pytest.approx(probability, abs=0.04 * (0 < probability < 1))  # four standard errors


def test_the_probability_rises_while_more_than_four_of_five_real_pictures_are_seen_through() -> None:
    probability = torch.tensor(0.5)
    for real_share, moved in [(0.81, 0.1), (1.0, 0.1), (0.79, -0.1), (0.0, -0.1)]:
        before = float(probability)
        adapt(probability, torch.tensor(real_share), ADAPTED_OVER // 10)
        assert float(probability) - before == pytest.approx(moved)
    for real_share, end in [(0.9, 1), (0.5, 0)]:
        adapt(probability, torch.tensor(real_share), 2 * ADAPTED_OVER)
        assert probability == end


def test_an_adaptive_game_begins_with_untouched_pictures_and_records_how_it_goes_on(digits: ImageData) -> None:
    trainer = small(digits, (*FOR_FEW, ADAPTIVE))
    assert trainer.game.probability == 0
    assert torch.equal(trainer.game.seen(pictures()), pictures())
    history = History(every=1)
    trainer.recorders.append(history)
    trainer.run(steps=4)
    expected, sizes = 0.0, trainer.settings.batch_size / ADAPTED_OVER
    for row in history.rows:
        expected = max(0.0, expected + sizes * (1 if row["d_real"] > 0.8 else -1))
        assert row["augmented"] == pytest.approx(expected, abs=1e-6)
    assert "augmented" in history.curves["share"]


def of_noise(count: int) -> ImageData:
    return ImageData("noise", torch.randint(0, 256, (count, 1, 28, 28), dtype=torch.uint8))


@pytest.mark.parametrize("name", ["modern", "cmodern", "ungrouped", "faces"])
def test_few_pictures_are_augmented_unless_that_is_turned_off(name: str) -> None:
    few, many = of_noise(FEW), of_noise(FEW + 1)
    recipe = RECIPES[name]
    assert recipe.suited(few).augment == FOR_FEW
    assert recipe.suited(many).augment == ()
    assert recipe.change(augment=()).suited(few).augment == ()
    assert recipe.change(augment=("turn",)).suited(few).augment == ("turn",)
    if name == "ungrouped":
        assert recipe.trainer(few, device="cpu").game.augment == FOR_FEW
        assert RECIPES["mlp"].trainer(few, device="cpu").game.augment == ()


def test_augmentation_changes_what_is_learned(digits: ImageData) -> None:
    plain, changed = (small(digits, kinds).run(steps=2).state_dict() for kinds in ((), ("shift",)))
    assert not same(plain["discriminator"], changed["discriminator"])


@pytest.mark.parametrize(
    ("kinds", "named"),
    [
        ("shift", "augment is 'shift'; it must be a tuple"),
        (("blur",), "no augmentation 'blur'; choose some of turn, shift, light, cutout"),
        ((1,), "no augmentation 1"),
        (("turn", "shift", "turn"), "turn 2 times"),
        ((ADAPTIVE,), "adaptive and names nothing to be done; add some of turn"),
    ],
)
def test_what_is_no_augmentation_is_refused_with_the_choices(kinds: object, named: str) -> None:
    with pytest.raises(GancoreError, match=named):
        RECIPES["modern"].change(augment=kinds)
