"""The moving average against sums done by hand."""

import pytest
import torch
from torch import nn

from gancore.models import DCGANGenerator
from gancore.training.ema import MovingAverage


def set_weight(module: nn.Module, value: float) -> None:
    with torch.no_grad():
        module.weight.fill_(value)


def test_average_equals_the_recurrence_by_hand(device):
    module = nn.Linear(1, 1, bias=False).to(device)
    set_weight(module, 8.0)
    average = MovingAverage(module, decay=0.25)
    expected = 8.0
    # The decay starts at 1/10, 2/11, 3/12 and stays at 0.25 from then on.
    for value, decay in zip([1.0, 2.0, 3.0, 4.0, 5.0], [1 / 10, 2 / 11, 3 / 12, 0.25, 0.25], strict=True):
        set_weight(module, value)
        average.update()
        expected = decay * expected + (1 - decay) * value
        assert average.module.weight.item() == pytest.approx(expected, rel=1e-6)
    assert average.updates == 5


def test_a_large_decay_is_reached_only_when_the_warm_up_allows_it():
    module = nn.Linear(1, 1, bias=False)
    set_weight(module, 1.0)
    average = MovingAverage(module, decay=0.999)
    set_weight(module, 0.0)
    left = 1.0
    for update in range(100):
        average.update()
        left *= (1 + update) / (10 + update)
    assert average.module.weight.item() == pytest.approx(left, rel=1e-4)
    assert left < 1e-9  # at 0.999 from the start, nine tenths of the random start would still be there


def test_decay_zero_is_a_copy():
    module = DCGANGenerator(8, (1, 28, 28), width=4)
    average = MovingAverage(module, decay=0.0)
    with torch.no_grad():
        for parameter in module.parameters():
            parameter.normal_()
    average.update()
    theirs = module.state_dict()
    assert all(torch.equal(value, theirs[name]) for name, value in average.module.state_dict().items())


def test_buffers_are_averaged_and_counters_copied(device):
    module = nn.BatchNorm1d(2).to(device)
    average = MovingAverage(module, decay=0.9)
    for _ in range(3):
        module(torch.full((4, 2), 10.0, device=device))
    # Batch norm moves its running mean by a tenth towards 10 each time: 1, 1.9, 2.71.
    assert module.running_mean.tolist() == pytest.approx([2.71, 2.71])
    average.update()
    assert average.module.running_mean.tolist() == pytest.approx([0.9 * 2.71] * 2)  # the first decay is 1/10
    assert average.module.num_batches_tracked.item() == 3


def test_a_weight_with_two_names_is_averaged_once_an_update():
    tied = nn.Sequential(nn.Linear(1, 1, bias=False), nn.Linear(1, 1, bias=False))
    tied[1].weight = tied[0].weight
    set_weight(tied[0], 0.0)
    average = MovingAverage(tied, decay=0.9)
    set_weight(tied[0], 1.0)
    average.update()
    assert average.module[0].weight.item() == pytest.approx(0.9)  # the first decay is 1/10


def test_a_mask_stays_as_it_is():
    module = nn.Linear(2, 2)
    module.register_buffer("mask", torch.tensor([0.0, -torch.inf]))
    average = MovingAverage(module, decay=0.9)
    average.update()
    assert average.module.mask.tolist() == [0.0, -torch.inf]


def test_the_average_is_a_frozen_copy_in_eval_mode_that_leaves_the_network_alone():
    module = DCGANGenerator(8, (1, 28, 28), width=4).train()
    before = {name: value.clone() for name, value in module.state_dict().items()}
    average = MovingAverage(module, decay=0.9)
    average.update()
    assert not any(part.training for part in average.module.modules())
    assert not any(parameter.requires_grad for parameter in average.module.parameters())
    assert all(part.training for part in module.modules())
    assert all(parameter.requires_grad for parameter in module.parameters())
    assert all(torch.equal(value, before[name]) for name, value in module.state_dict().items())
    mine, theirs = average.module.state_dict(keep_vars=True), module.state_dict(keep_vars=True)
    assert not any(mine[name].data_ptr() == theirs[name].data_ptr() for name in mine)
