"""Whether PyTorch can compile here: that takes a compiler of C++, or Triton on a GPU, which a machine may lack."""

import torch


def why_not_compiled(device: torch.device) -> str:
    """The reason why nothing can be compiled for `device`, in a line; empty where it can. Takes seconds."""
    try:
        torch.compile(torch.sin)(torch.zeros(2, device=device))
    except Exception as error:  # each part of the compiler has exceptions of its own
        return str(error).partition("\n")[0] or type(error).__name__
    return ""
