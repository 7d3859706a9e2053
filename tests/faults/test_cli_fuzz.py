"""Whatever is typed after `gancore`, it ends with exit code 0 or 2, without a traceback and without half a result.

Only the doctor has another word: 1, where it finds something on this machine.
"""

import random
from pathlib import Path

import pytest
from helpers.small import content

from gancore import doctor
from gancore.cli import main

COMMANDS = ("train", "sample", "evaluate", "doctor", "trian", "", "--version", "--help", "-h")
OPTIONS = (
    "--data", "--steps", "--seconds", "--batch-size", "--lr", "--loss", "--seed", "--device", "--precision", "--out",
    "--resume", "--quiet", "--count", "--labels", "--array", "--extractor", "--json", "--nothing", "-x", "--",
)  # fmt: skip
VALUES = (
    "mlp", "modern", "cmodern", "digits", "run", "gone", "file.txt", "out.png", "out.npy", "gone/out.png", "", " ",
    "0", "1", "2", "-1", "1.5", "nan", "inf", "-inf", "1e400", "9" * 40, "3,1,4", "0-9", "9-0", "7,", "é", "\t", "a\nb",
    "🙂", "../..", "~", "%s", "{}", "<b>", "'; rm -rf", "--out", "hinge", "cpu", "cuda:7", "bf16", "x" * 300, "-",
)  # fmt: skip
# Training has no length in the lists that these values would make valid, and digits without steps take minutes.
ENDLESS = ("inf", "9" * 40, "1e400", "1.5", "2", "1")
FEW, MANY = 150, 2_000


@pytest.fixture
def playground(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a run whose files are small, and another file, where the commands run."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(doctor, "WARM_UP", 1)
    monkeypatch.setattr(doctor, "ROUNDS", 1)
    (tmp_path / "file.txt").write_text("something else", encoding="utf-8")
    with pytest.raises(SystemExit):
        main(["train", "cmodern", "--steps", "1", "--batch-size", "2", "--device", "cpu", "--out", "run", "--quiet"])
    return tmp_path


def argument_list(chance: random.Random) -> list[str]:
    """A command and up to eight options and values, sensible and not."""
    arguments = [chance.choice(COMMANDS)]
    for _ in range(chance.randint(0, 8)):
        arguments.append(chance.choice(OPTIONS if chance.random() < 0.45 else VALUES))
    if arguments[0] == "train":  # a list that happens to be right must come to an end
        arguments = [each for each in arguments if each not in ENDLESS]
        arguments += ["--steps", "1", "--batch-size", "2"]
    return arguments


def fuzz(count: int, seed: int, playground: Path, capsys: pytest.CaptureFixture) -> dict[int, int]:
    """Run `count` argument lists; how many ended with which code."""
    chance = random.Random(seed)
    codes: dict[int, int] = {}
    for _ in range(count):
        arguments = argument_list(chance)
        before = content(playground)
        with pytest.raises(SystemExit) as ended:
            main(arguments)
        code = ended.value.code or 0
        said = capsys.readouterr()
        assert code in ((0, 1, 2) if arguments[0] == "doctor" else (0, 2)), (arguments, code, said.err)
        assert "Traceback" not in said.out + said.err, arguments
        if code == 2:
            assert said.err.startswith("gancore: "), (arguments, said.err)
            assert said.err.count("\n") == 1, (arguments, said.err)
            assert content(playground) == before, arguments
        codes[code] = codes.get(code, 0) + 1
    print(f"{count:,} argument lists; how many ended with which code: {codes}")
    return codes


def test_any_argument_list_ends_with_a_result_or_a_sentence(playground: Path, capsys: pytest.CaptureFixture) -> None:
    codes = fuzz(FEW, 0, playground, capsys)
    assert codes[0] > 5  # the fuzz reaches what works
    assert codes[2] > FEW / 2


@pytest.mark.long
def test_two_thousand_argument_lists_end_with_a_result_or_a_sentence(
    playground: Path, capsys: pytest.CaptureFixture
) -> None:
    codes = fuzz(MANY, 1, playground, capsys)
    assert sum(codes.values()) == MANY
