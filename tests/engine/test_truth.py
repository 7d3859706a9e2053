"""Scores of pictures whose truth is known: against closed forms, second implementations, and what they cannot see."""

import math

import pytest
import torch
from torchmetrics.functional.image import peak_signal_noise_ratio, structural_similarity_index_measure

from gancore.errors import GancoreError
from gancore.metrics.truth import colour_distance, patch_distance, psnr, sharpness, ssim


def pictures(seed: int = 0, channels: int = 3) -> torch.Tensor:
    return torch.rand(4, channels, 24, 24, generator=torch.Generator().manual_seed(seed)) * 2 - 1


def blurred(images: torch.Tensor) -> torch.Tensor:
    return torch.nn.functional.avg_pool2d(images, 3, 1, 1, count_include_pad=False)


def test_psnr_of_a_known_error() -> None:
    truth = torch.zeros(2, 1, 8, 8)
    assert psnr(truth + 0.2, truth) == pytest.approx(20.0)  # a tenth of the 2 from black to white
    assert psnr(truth + 0.02, truth) == pytest.approx(40.0)
    assert psnr(truth, truth) == math.inf


def test_psnr_is_a_mean_over_pictures_of_one_maximum() -> None:
    """The dark one of two pictures is not measured against its own brightest pixel."""
    truth = torch.stack([torch.full((1, 8, 8), -1.0), torch.full((1, 8, 8), 1.0)])
    wrong = truth + torch.tensor([0.2, -0.02]).view(2, 1, 1, 1)
    assert psnr(wrong, truth) == pytest.approx(30.0)
    assert psnr(truth[:1] + 0.2, truth[:1]) == pytest.approx(psnr(truth[1:] - 0.2, truth[1:]))


def test_psnr_and_ssim_agree_with_a_second_implementation() -> None:
    truth = pictures()
    for made in (pictures(1), blurred(truth), 0.9 * truth):
        each = [peak_signal_noise_ratio(a[None], b[None], data_range=2.0) for a, b in zip(made, truth, strict=True)]
        assert psnr(made, truth) == pytest.approx(torch.stack(each).mean().item(), rel=1e-4)
        theirs = structural_similarity_index_measure(made, truth, data_range=2.0, kernel_size=7, gaussian_kernel=False)
        assert ssim(made, truth) == pytest.approx(theirs.item(), abs=0.03)  # which treats edges in its own way


def test_ssim_is_one_for_equal_pictures_and_falls_with_blur() -> None:
    truth = pictures()
    assert ssim(truth, truth) == pytest.approx(1.0)
    assert ssim(blurred(truth), truth) < 0.9


def test_blur_is_less_sharp_and_noise_sharper() -> None:
    smooth = blurred(pictures())
    assert sharpness(smooth, smooth) == 1
    assert sharpness(blurred(smooth), smooth) < 0.7
    assert sharpness(smooth + 0.3 * pictures(1), smooth) > 1.3


def test_colours_are_compared_wherever_they_are() -> None:
    truth = pictures()
    shuffled = truth.flatten(2)[..., torch.randperm(24 * 24)].view_as(truth)
    assert colour_distance(shuffled, truth) == pytest.approx(0, abs=1e-6)
    red, blue = torch.full((2, 1, 3, 8, 8), -1.0)
    red[:, 0] = blue[:, 2] = 0.9
    assert colour_distance(red, blue) == 1
    assert colour_distance(torch.cat([red, blue]), red) == pytest.approx(0.5)


def test_white_is_paper_and_no_colour() -> None:
    red = torch.full((1, 3, 8, 8), -1.0)
    red[:, 0] = 0.9
    with_paper = torch.cat([red, torch.ones(5, 3, 8, 8)])
    assert colour_distance(with_paper, red) == 0


def test_patches_of_known_gaussians() -> None:
    """A shift of every number by 0.1 moves a mean of 27 numbers; half the contrast halves every standard deviation."""
    truth = pictures()
    assert patch_distance(truth, truth) == pytest.approx(0, abs=1e-9)
    assert patch_distance(truth + 0.1, truth) == pytest.approx(27 * 0.1**2, rel=1e-4)
    variance = truth.unfold(2, 3, 3).unfold(3, 3, 3).movedim(1, 3).reshape(-1, 27).var(0).sum().item()
    mean = truth.unfold(2, 3, 3).unfold(3, 3, 3).movedim(1, 3).reshape(-1, 27).mean(0).square().sum().item()
    assert patch_distance(truth / 2, truth) == pytest.approx((variance + mean) / 4, rel=1e-4)


def test_patches_do_not_ask_where_they_are_and_tell_blur() -> None:
    truth = pictures()
    moved = truth.roll(6, dims=3).flip(0)
    assert patch_distance(moved, truth) == pytest.approx(0, abs=1e-9)
    assert patch_distance(blurred(truth), truth) > 5 * patch_distance(pictures(1), truth)


def test_too_few_patches_are_refused() -> None:
    with pytest.raises(GancoreError, match=r"16 .*27"):
        patch_distance(pictures()[:1, :, :12, :12], pictures()[:1, :, :12, :12])


def test_grey_has_no_colours_to_compare() -> None:
    grey = pictures(channels=1)
    with pytest.raises(GancoreError, match="3 channels, and these have 1"):
        colour_distance(grey, grey)


def test_pictures_smaller_than_the_window_of_ssim_are_refused() -> None:
    with pytest.raises(GancoreError, match=r"7×7.* 5×24.*larger"):
        ssim(pictures()[:, :, :5], pictures()[:, :, :5])


@pytest.mark.parametrize("score", [psnr, ssim, sharpness])
def test_pictures_without_a_truth_each_are_refused(score) -> None:
    with pytest.raises(GancoreError, match=r"\(4, 3, 24, 24\) and their truth \(3, 3, 24, 24\)"):
        score(pictures(), pictures()[:3])
