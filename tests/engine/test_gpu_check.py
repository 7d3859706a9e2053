"""`python -m benchmarks gpu`: what is asked of a GPU, tried on the processor, and that a wrong answer is told."""

import json
import math
from pathlib import Path

import pytest
import torch

from benchmarks.gpu.command import asked, main, plain
from benchmarks.gpu.sheet import CHECKS, Bench, Check, Sheet, gap, relative, same


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(torch.device("cpu"), tmp_path, quick=True)


def right(bench: Bench, sheet: Sheet) -> None:
    sheet.figures["rounds"] = bench.few(300)
    sheet.expect(True, "never said")


def wrong(bench: Bench, sheet: Sheet) -> None:
    sheet.expect(1 == 2, "one is not two")
    with sheet.part("the rest"):
        raise RuntimeError("a kernel\nfailed")


def broken(bench: Bench, sheet: Sheet) -> None:
    raise ZeroDivisionError("by design")


def test_a_check_passes_with_its_figures(bench: Bench) -> None:
    found = asked(Check(right, 1, cuda=False), bench)
    assert (found["status"], found["wrong"], found["figures"]) == ("pass", [], {"rounds": 3})


def test_all_that_is_wrong_is_told_and_nothing_stops_the_others(bench: Bench) -> None:
    assert asked(Check(wrong, 1, cuda=False), bench)["wrong"] == [
        "one is not two",
        "the rest: RuntimeError: a kernel failed",
    ]
    (sentence,) = asked(Check(broken, 1, cuda=False), bench)["wrong"]
    assert sentence.startswith("ZeroDivisionError: by design (test_gpu_check.py:")


def test_what_means_nothing_here_and_what_has_no_time_left_is_skipped(bench: Bench) -> None:
    assert asked(Check(broken, 1, cuda=True), bench) == {"status": "skipped", "why": "needs CUDA"}
    bench.budget = 5
    assert asked(Check(broken, 60, cuda=False), bench)["status"] == "skipped"
    assert asked(Check(right, 1, cuda=False), bench)["status"] == "pass"


def test_numbers_are_compared_wherever_they_lie() -> None:
    one = {"a": torch.tensor([1.0, 2.0]), "seconds": 1}
    assert same(one, {"a": torch.tensor([1.0, 2.0]), "seconds": 2})
    assert not same(one, {"a": torch.tensor([1.0, 2.5]), "seconds": 1})
    assert not same(one, {"a": torch.tensor([1.0, 2.0]).double(), "seconds": 1})
    assert gap({"a": torch.tensor([1.0, 2.0])}, {"a": torch.tensor([1.5, 2.0])}) == 0.5
    assert relative(torch.tensor([3.0, 5.0]), torch.tensor([3.0, 4.0])) == pytest.approx(0.2)


def test_the_json_is_plain_and_names_the_machine(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    out = tmp_path / "gpu.json"
    assert main(["--device", "cpu", "--quick", "--only", "environment,no_waiting", "--out", str(out)]) == 0
    found = json.loads(out.read_text())
    assert (found["device"], found["quick"]) == ("cpu", True)
    assert found["machine"]["torch"] == torch.__version__
    assert found["counts"] == {"pass": 1, "fail": 0, "skipped": 1}
    assert found["checks"]["environment"]["figures"]["auto"] == ("cuda" if torch.cuda.is_available() else "cpu")
    assert "environment: pass" in capsys.readouterr().out
    assert plain({1: math.nan, "x": (0.123456, torch.device("cpu"))}) == {"1": "nan", "x": [0.1235, "cpu"]}


def test_a_check_that_does_not_exist_is_refused(capsys: pytest.CaptureFixture) -> None:
    with pytest.raises(SystemExit):
        main(["--only", "everything"])
    assert "there is no check 'everything'" in capsys.readouterr().err


def test_every_check_says_what_it_asks() -> None:
    assert len(CHECKS) == 25
    assert all(each.run.__doc__ for each in CHECKS.values())


@pytest.fixture
def one_recipe(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("benchmarks.gpu.correct.NAMES", ("cmlp",))


@pytest.mark.usefixtures("one_recipe")
@pytest.mark.parametrize("name", ["random_streams", "between_devices", "the_same_again"])
def test_checks_of_the_trainers_promises_pass_on_the_processor(name: str, bench: Bench) -> None:
    found = asked(CHECKS[name], bench)
    assert found["status"] == ("skipped" if CHECKS[name].cuda else "pass"), found


@pytest.mark.usefixtures("one_recipe")
def test_a_trainer_that_breaks_its_promise_is_caught(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    made = Bench.trainer
    seeds = iter(range(100))
    monkeypatch.setattr(
        Bench, "trainer", lambda bench, *given, seed=0, **more: made(bench, *given, seed=next(seeds), **more)
    )
    found = asked(CHECKS["the_same_again"], bench)
    assert found["status"] == "fail"
    assert "two runs end" in found["wrong"][0]
