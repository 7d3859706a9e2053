"""Layers that compute what PyTorch's compute, sooner on a processor. A trainer puts them into its players.

`use_fast_kernels` exchanges the code of a layer and nothing else: its weights, its name and its hooks stay, so state
dicts are the same with and without.
"""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.functional import conv2d, conv_transpose2d, pad

KERNEL, STRIDE, PADDING = 4, 2, 1  # of the convolutions that halve or double a side
DECISIONS = 2**16  # values of the 16 random bits that decide on an element's dropout


def use_fast_kernels(network: nn.Module, device: torch.device) -> None:
    """Have each layer of `network` that there is a faster one of on `device` compute like that, from now on.

    On a processor these are dropout, and convolutions of kernel 4, stride 2 and padding 1 without bias. Anywhere else
    nothing changes.
    """
    if device.type != "cpu":
        return
    for layer in network.modules():
        if type(layer) is nn.Dropout and not layer.inplace:
            layer.__class__ = BitDropout
        elif type(layer) is nn.Conv2d and is_plain_stride(layer):
            layer.__class__ = PatchConv2d
        elif type(layer) is nn.ConvTranspose2d and is_plain_stride(layer):
            layer.__class__ = PatchConvTranspose2d


def is_plain_stride(layer: nn.Conv2d | nn.ConvTranspose2d) -> bool:
    """Whether `layer` halves or doubles a side and does nothing else, such as adding a bias."""
    sizes = (layer.kernel_size, layer.stride, layer.padding, layer.dilation, layer.output_padding)
    plain = layer.bias is None and layer.groups == 1 and layer.padding_mode == "zeros"
    return plain and sizes == ((KERNEL,) * 2, (STRIDE,) * 2, (PADDING,) * 2, (1, 1), (0, 0))


class BitDropout(nn.Dropout):
    """`nn.Dropout` that draws 16 random bits an element instead of a float, which is several times as fast.

    On a processor `p` is rounded to a multiple of 1/65536; elsewhere, where floats are drawn fast, it is PyTorch's.
    """

    def forward(self, x: Tensor) -> Tensor:
        dropped = round(self.p * DECISIONS)
        if not self.training or x.device.type != "cpu" or not 0 < dropped < DECISIONS:
            return super().forward(x)
        words = torch.empty(-(-x.numel() // 4), dtype=torch.int64)
        bits = words.random_(torch.iinfo(torch.int64).min, None).view(torch.int16)[: x.numel()].view(x.shape)
        keep = bits.ge_(torch.iinfo(torch.int16).min + dropped)  # 0 or 1; as bool it converts slowly
        return x * keep.to(x.dtype).div_(1 - self.p)


class PatchConv2d(nn.Conv2d):
    """`nn.Conv2d` whose kernel gets its gradient over patches where that is faster.

    `(N, inputs, 2h, 2w)` to `(N, outputs, h, w)`; other sides are left to PyTorch.
    """

    def forward(self, x: Tensor) -> Tensor:
        if not faster_over_patches(x) or x.shape[2] % STRIDE or x.shape[3] % STRIDE:
            return super().forward(x)
        return Strided.apply(x, self.weight.to(x.dtype), conv2d, conv_transpose2d)


class PatchConvTranspose2d(nn.ConvTranspose2d):
    """`nn.ConvTranspose2d` whose kernel gets its gradient over patches where that is faster.

    `(N, inputs, h, w)` to `(N, outputs, 2h, 2w)`.
    """

    def forward(self, x: Tensor, output_size: list[int] | None = None) -> Tensor:
        if not faster_over_patches(x) or output_size is not None:
            return super().forward(x, output_size)
        return Strided.apply(x, self.weight.to(x.dtype), conv_transpose2d, conv2d)


def faster_over_patches(x: Tensor) -> bool:
    """Whether a kernel that is applied to `x` gets its gradient sooner as one matrix product over patches.

    The product is an idea of Chellapilla et al. (2006). In bf16 on a processor it takes half of PyTorch's time, which
    is hardly less there than in fp32.
    """
    return x.device.type == "cpu" and x.dtype == torch.bfloat16 and x.ndim == 4


class Strided(torch.autograd.Function):
    """`there(x, weight)`, whose gradient goes `back`: either convolution is the other's adjoint."""

    @staticmethod
    def forward(ctx: Any, x: Tensor, weight: Tensor, there: Callable, back: Callable) -> Tensor:
        ctx.save_for_backward(x, weight)
        ctx.back = back
        return there(x, weight, stride=STRIDE, padding=PADDING)

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor | None, ...]:
        x, weight = ctx.saved_tensors
        to_x = to_weight = None
        if ctx.needs_input_grad[0]:
            to_x = ctx.back(gradient, weight, stride=STRIDE, padding=PADDING)
        if ctx.needs_input_grad[1]:
            to_weight = kernel_gradient(gradient, x) if ctx.back is conv2d else kernel_gradient(x, gradient)
        return to_x, to_weight, None, None


def kernel_gradient(large: Tensor, small: Tensor) -> Tensor:
    """The gradient `(M, C, 4, 4)` of a kernel between `(N, C, 2h, 2w)` and `(N, M, h, w)`, one of them a gradient.

    Each place of `small` belongs to a patch of `large`, whichever of the two was computed from the other. PyTorch's
    `unfold` finds the same patches, several times as slowly.
    """
    channels = large.shape[1]
    padded = pad(large, [PADDING] * 4).permute(0, 2, 3, 1)
    patches = padded.unfold(1, KERNEL, STRIDE).unfold(2, KERNEL, STRIDE)  # (N, h, w, C, 4, 4)
    patches = patches.permute(0, 1, 2, 4, 5, 3).reshape(-1, KERNEL * KERNEL * channels)
    places = small.permute(0, 2, 3, 1).reshape(-1, small.shape[1])
    return (places.T @ patches).view(-1, KERNEL, KERNEL, channels).permute(0, 3, 1, 2)
