"""What a network looks at: which pixels would change its answer."""

from torch import Tensor, autograd, nn

from gancore.models.modes import device_of, evaluating


def saliency(network: nn.Module, images: Tensor) -> Tensor:
    """The gradient of the logit of each of `images` `(N, C, H, W)` with respect to its pixels; the same shape.

    Where it is positive, a brighter pixel would raise the logit. Simonyan et al. (2014), section 3, show its
    magnitude. `network` gives logits `(N,)`, each from its own image alone. Images may be on any device; gradients are
    where they are.
    """
    pixels = images.detach().to(device_of(network)).requires_grad_(True)
    with evaluating(network):
        (gradient,) = autograd.grad(network(pixels).sum(), pixels)
    return gradient.to(images.device)
