"""A generator as an ONNX file, which other programs run without PyTorch; checked against it before it is kept."""

import inspect
import warnings
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.func import functional_call

from gancore.errors import GancoreError
from gancore.models.modes import device_of, evaluating
from gancore.system.files import write_atomically
from gancore.training.game import Game

TRIED = 3  # examples that are drawn both ways; not as many as the file was made with
MOST_APART = 1e-4  # of [-1, 1]: float32 adds in another order there
MOST_COUNT = 4096


class Flat(nn.Module):
    """A network as one module without parts: PyTorch's exporter trips over a part that is called `code`."""

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.network = (network,)  # in a tuple, so that it is no part
        self.names = {name: f"weight_{name.replace('.', '_')}" for name in network.state_dict()}
        for name, value in network.state_dict().items():
            self.register_buffer(self.names[name], value.detach())

    def forward(self, *inputs: Tensor) -> Tensor:
        weights = {name: getattr(self, own) for name, own in self.names.items()}
        return functional_call(self.network[0], weights, inputs)


def inputs_of(game: Game, generator: nn.Module, count: int) -> tuple[Tensor, ...]:
    """What `generator` is given where `game` draws `count` examples: latents, then labels, or pictures to go from."""
    seen: list[tuple] = []
    handle = generator.register_forward_pre_hook(lambda _, inputs: seen.append(inputs))
    try:
        game.sample(generator, count)
    finally:
        handle.remove()
    return seen[0]


def write_onnx(game: Game, generator: nn.Module, path: Path) -> dict[str, list[int | str]]:
    """Write `generator` of `game` to `path`; what it takes there by name, with the shapes: {"z": ["count", 64], …}.

    Raises GancoreError where onnx or onnxruntime is missing, where the generator cannot be written, and where the file
    does not draw what PyTorch draws; nothing is kept then.
    """
    _require_packages()
    inputs = inputs_of(game, generator, TRIED - 1)
    names = list(inspect.signature(generator.forward).parameters)[: len(inputs)]
    count = torch.export.Dim("count", min=1, max=MOST_COUNT)
    shapes = (tuple({0: count} for _ in inputs),)
    with evaluating(generator), warnings.catch_warnings(), torch.no_grad():
        warnings.simplefilter("ignore")  # of the exporter's own doings
        try:
            program = torch.onnx.export(
                Flat(generator).eval(), inputs, dynamo=True, dynamic_shapes=shapes, verbose=False,
                input_names=names, output_names=["samples"],
            )  # fmt: skip
        except torch.onnx.errors.OnnxExporterError as error:
            reason = str(error.__cause__ or error).partition("\n")[0]
            raise GancoreError(f"ONNX has no words for this generator ({reason}); export it with --no-onnx.") from error
    assert program is not None

    def save_and_check(temporary: Path) -> None:
        program.save(temporary)
        _check(temporary, generator, inputs_of(game, generator, TRIED))

    path.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(path, save_and_check)
    return {name: ["count", *each.shape[1:]] for name, each in zip(names, inputs, strict=True)}


def _require_packages() -> None:
    try:
        import onnx  # noqa: F401
        import onnxruntime  # noqa: F401
        import onnxscript  # noqa: F401
    except ImportError as error:
        raise GancoreError(
            f"{error.name} is missing; pip install onnx onnxruntime onnxscript, or use --no-onnx."
        ) from error


@torch.no_grad()
def _check(path: Path, generator: nn.Module, inputs: tuple[Tensor, ...]) -> None:
    """Raise GancoreError unless the file draws from `inputs` what `generator` does."""
    import onnxruntime

    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    given = {each.name: value.cpu().numpy() for each, value in zip(session.get_inputs(), inputs, strict=True)}
    try:
        (made,) = session.run(None, given)
    except Exception as error:  # its own kinds, which have no parent in common
        reason = str(error).partition("\n")[0]
        raise GancoreError(f"The ONNX file draws nothing ({reason}); use --no-onnx.") from error
    with evaluating(generator):
        expected = generator(*inputs)
    apart = float((torch.from_numpy(made).to(device_of(generator)) - expected).abs().max())
    if not apart <= MOST_APART:
        raise GancoreError(
            f"The ONNX file draws what is {apart:.1e} from PyTorch's, at most {MOST_APART:g} is allowed: a generator "
            "that draws random numbers by itself cannot be exported; use --no-onnx."
        )
