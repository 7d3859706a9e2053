"""One of the processes that `several_processes` starts: it plays some rounds, and keeps what became of them."""

import sys
from pathlib import Path

import torch

import gancore.system.distributed as together
from gancore.data import load
from gancore.training.recipes import get_recipe


def main(mode: str, folder: str, device: str) -> None:
    """Play `cmodern` together by "nccl", alone in its group, or by "gloo", two of them on one device."""
    if mode == "nccl":
        together.launched = lambda: True
    else:
        together.own_device = lambda name: f"{device}:0" if device == "cuda" else device
        start = together.dist.init_process_group
        together.dist.init_process_group = lambda backend, **more: start("gloo", **more)
    with together.process_group(device) as own:
        trainer = get_recipe("cmodern").change(batch_size=8).trainer(load("digits"), seed=0, device=own)
        trainer.run(steps=12)
        kept = {
            "round": trainer.round,
            "device": str(trainer.device),
            "together": not together.is_only_process(),
            "generator": {name: weight.detach().cpu() for name, weight in trainer.game.generator.named_parameters()},
            "stream": trainer.batches.rng.get_state(),
        }
        torch.save(kept, Path(folder) / f"{mode}{together.rank()}.pt")


if __name__ == "__main__":
    main(*sys.argv[1:])
