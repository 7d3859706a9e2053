"""`python -m benchmarks`: run the benchmarks by name, print their tables, keep their results."""

import argparse
import sys
from pathlib import Path

from benchmarks import cost, dcgan, perceptrons, quality, scale
from benchmarks.gpu import command as gpu
from benchmarks.report import describe_machine

RUNS = {
    "perceptrons": (perceptrons.run, "two perceptrons against Keras, plain PyTorch and the floor (2 minutes)"),
    "dcgan": (dcgan.run, "DCGAN against its networks in a plain PyTorch loop (2 minutes)"),
    "cost": (cost.run, "step time against batch size and width (3 minutes)"),
    "quality": (quality.run, "what two judges say of the quick recipes after 2 to 60 seconds (15 minutes)"),
    "quality-long": (quality.run_long, "the same of modern and cmodern for ten minutes (70 minutes)"),
    "scale": (scale.run, "colour at 64 pixels against others, 60,000 pictures, cost by size and batch (10 minutes)"),
    "scale-long": (scale.run_long, "the three at 64 pixels for ten processor minutes each (35 minutes)"),
    "dcgan-quality": (dcgan.run_quality, "FID of both DCGAN loops after the same steps (10 minutes)"),
}
DEFAULT = ("perceptrons", "dcgan", "cost")
RESULTS = Path(__file__).parent / "results"


def main() -> None:
    if sys.argv[1:2] == ["gpu"]:  # which has options of its own
        sys.exit(gpu.main(sys.argv[2:]))
    about = "\n".join(f"  {name:15}{summary}" for name, (_, summary) in RUNS.items())
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description=f"Time this package. Without names: {', '.join(DEFAULT)}.\n\n{about}\n"
        f"  {'gpu':15}is all correct, fast and good on a GPU? Has options of its own: gpu --help (6 minutes)",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("names", nargs="*", metavar="name", help="which benchmarks to run")
    parser.add_argument("--quick", action="store_true", help="a trial in seconds, whose figures mean nothing")
    parser.add_argument("--out", type=Path, help="folder for JSON and PNG (benchmarks/results; with --quick: none)")
    parser.add_argument("--data", metavar="FOLDER", help="scale: learn from these pictures, and not from avatars")
    arguments = parser.parse_args()
    unknown = [name for name in arguments.names if name not in RUNS]
    if unknown:
        parser.error(f"there is no benchmark {unknown[0]!r}; choose from {', '.join(RUNS)}")
    names = arguments.names or list(DEFAULT)
    out = arguments.out or (None if arguments.quick else RESULTS)
    print(describe_machine())
    for name in names:
        result = RUNS[name][0](arguments.quick, *([arguments.data] if name.startswith("scale") else []))
        print(f"\n== {name} ==\n{result.text}", flush=True)
        if out:
            result.save(out)


if __name__ == "__main__":
    main()
