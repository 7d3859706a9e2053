"""`gancore export`: a generator for other programs and other people."""

from pathlib import Path

import click

from gancore.cli.data import check_data_asked, data_of
from gancore.cli.options import on_data, own_kind
from gancore.runs.weights import load_generator
from gancore.training.kinds import examples_of

SHOWN = 64  # samples in the picture of a card


@click.command()
@click.argument("run", type=click.Path(path_type=Path))
@click.option("--out", type=click.Path(path_type=Path), help="The folder to write. [default: RUN/export]")
@click.option("--licence", default="unknown", show_default=True, help="Of the weights, as the hub names licences: mit.")
@click.option("--scores", type=click.Path(path_type=Path), help="What gancore evaluate RUN --json FILE wrote.")
@click.option("--onnx/--no-onnx", default=True, help="Whether to write generator.onnx as well, for other programs.")
@on_data
@own_kind
def export(run: Path, out: Path | None, licence: str, scores: Path | None, onnx: bool, data: str | None) -> None:
    """Write the generator kept in folder RUN for other people: ONNX, and a folder for the Hugging Face hub.

    The folder holds a card with front matter, weights as safetensors, settings and a picture. ONNX takes the packages
    onnx, onnxruntime and onnxscript, and is checked against PyTorch.
    """
    from gancore.runs.hub import ONNX, check_hub_folder, read_scores, write_hub_folder
    from gancore.runs.onnx_file import write_onnx

    graded = {} if scores is None else read_scores(scores)
    game, generator, config = load_generator(run)
    out = out or run / "export"
    check_hub_folder(out)
    check_data_asked(config, data, run)
    if config.spec.given is not None:
        game.examples = examples_of(data_of(config, data), SHOWN, 0)
    inputs = write_onnx(game, generator, out / ONNX) if onnx else None  # first: it may refuse
    out.mkdir(parents=True, exist_ok=True)
    write_hub_folder(run, config, out, game.show(game.sample(generator, SHOWN)), licence, graded, inputs)
    if licence == "unknown":
        click.echo("gancore: The card says nothing of a licence; name one with --licence.", err=True)
    click.echo(out)
