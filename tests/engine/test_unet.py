"""The players of pictures to pictures: sizes, what they see, and noise that stays."""

import pytest
import torch

from gancore.errors import GancoreError
from gancore.models.modes import evaluating
from gancore.models.unet import AlwaysDropout, PatchDiscriminator, UNet
from gancore.system.random import seeded


@pytest.mark.parametrize(("height", "width"), [(24, 24), (48, 48), (64, 32), (96, 96), (128, 128)])
def test_a_u_net_gives_pictures_of_the_size_that_it_is_given(height: int, width: int) -> None:
    with torch.no_grad():
        assert UNet(2, 3, width=4)(torch.zeros(2, 2, height, width)).shape == (2, 3, height, width)


def test_every_pixel_given_can_change_every_pixel_painted_near_it() -> None:
    given = torch.zeros(1, 1, 48, 48, requires_grad=True)
    with seeded(0):
        network = UNet(1, 1, width=8)
        torch.nn.init.normal_(network.last[0].weight)
    network(given)[0, 0, 24, 24].backward()
    reached = given.grad[0, 0].abs() > 0
    assert reached[24, 24]
    assert reached[8:40, 8:40].float().mean() > 0.9  # through the coarsest grid


def test_an_untrained_one_changes_nothing() -> None:
    assert not UNet(1, 3)(torch.randn(1, 1, 48, 48)).any()


def test_sizes_that_do_not_halve_are_refused() -> None:
    with pytest.raises(GancoreError, match=r"48×50 pixels; .* multiples of 8"):
        UNet(1, 3)(torch.zeros(1, 1, 48, 50))


def test_grey_given_to_a_colour_network_is_refused() -> None:
    with pytest.raises(GancoreError, match=r"has 1 channels and the network is made for 3; bring"):
        UNet(3, 3)(torch.zeros(1, 1, 48, 48))


def test_noise_stays_in_eval_mode_and_a_seed_decides_it() -> None:
    given, network = torch.randn(1, 1, 48, 48), UNet(1, 3, width=8, noise=0.5)
    torch.nn.init.normal_(network.last[0].weight)
    with evaluating(network), torch.no_grad():
        painted = []
        for seed in (0, 0, 1):
            with seeded(seed):
                painted.append(network(given))
    assert torch.equal(painted[0], painted[1])
    assert not torch.equal(painted[0], painted[2])


def test_noise_keeps_the_mean_and_without_any_nothing_is_drawn() -> None:
    x = torch.ones(100_000)
    dropped = AlwaysDropout(0.25).eval()(x)
    assert (dropped == 0).float().mean() == pytest.approx(0.25, abs=0.01)
    assert dropped.mean() == pytest.approx(1, abs=0.01)
    assert AlwaysDropout(0.0)(x) is x


def test_a_patch_is_judged_by_itself() -> None:
    """Far away from what changes, no logit does: but for the normalisation, which is switched off here."""
    with seeded(0):
        judge = PatchDiscriminator(1, 3)
    for layer in judge.modules():
        if isinstance(layer, torch.nn.InstanceNorm2d):
            layer.forward = lambda x: x
    one, given = torch.randn(1, 3, 96, 96), torch.randn(1, 1, 96, 96)
    other = one.clone()
    other[..., :8, :8] += 1
    with torch.no_grad():
        changed = (judge(one, given) != judge(other, given)).view(24, 24)
    assert changed[0, 0]
    assert not changed[12:, 12:].any()


def test_each_picture_is_judged_by_itself_in_a_batch() -> None:
    judge, pictures, given = PatchDiscriminator(1, 3), torch.randn(4, 3, 48, 48), torch.randn(4, 1, 48, 48)
    with torch.no_grad():
        together = judge(pictures, given)
        alone = torch.cat([judge(pictures[i : i + 1], given[i : i + 1]) for i in range(4)])
    assert together.shape == (4, 144)
    assert torch.allclose(together, alone, atol=1e-5)
