"""Exercises and quiz of chapter 14: measured frequencies are kept, PSNR of a volume, and the dropout that is noise."""

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from gancore.data.fourier import line_mask, mirrored, to_frequencies, to_pictures
from gancore.lessons.exercises import Exercise, Mistake
from gancore.lessons.probes import Call, WrongKind, drawn, require_function, whole
from gancore.lessons.quizzes import Option, Question

# 14.1: what was measured is kept


def kept(answer: Tensor, measured: Tensor, mask: Tensor) -> Tensor:
    return to_pictures(torch.where(mask == 1, measured, to_frequencies(answer)))


def draw_scan(rng: torch.Generator) -> tuple[Tensor, Tensor, Tensor]:
    """A network's answer, what was measured of another picture, and where: by lines, or here and there."""
    height, width = whole(rng, 8, 14), whole(rng, 8, 14)
    answer, truth = torch.rand(2, height, width, generator=rng)
    mask = mirrored((torch.rand(height, width, generator=rng) < 0.3).float())
    if whole(rng, 0, 1):
        mask = line_mask(height, width, 0.5, 2, rng)
    return answer, to_frequencies(truth) * mask, mask


def middle_alone() -> tuple[Tensor, Tensor, Tensor]:
    """A grey answer of brightness 0.5 to a scan that measured only the mean, which is that of a white picture."""
    mask = torch.zeros(4, 4)
    mask[2, 2] = 1
    return torch.full((4, 4), 0.5), to_frequencies(torch.ones(4, 4)) * mask, mask


def nothing_measured() -> tuple[Tensor, Tensor, Tensor]:
    return torch.eye(4), torch.zeros(4, 4, dtype=torch.complex64), torch.zeros(4, 4)


def everything_measured() -> tuple[Tensor, Tensor, Tensor]:
    return torch.eye(4), to_frequencies(torch.eye(4).flip(0)), torch.ones(4, 4)


def turned_round(answer: Tensor, measured: Tensor, mask: Tensor) -> Tensor:
    return to_pictures(torch.where(mask == 1, to_frequencies(answer), measured))


def added(answer: Tensor, measured: Tensor, mask: Tensor) -> Tensor:
    return to_pictures(to_frequencies(answer) + measured)


def half_and_half(answer: Tensor, measured: Tensor, mask: Tensor) -> Tensor:
    own = to_frequencies(answer)
    return to_pictures(torch.where(mask == 1, (own + measured) / 2, own))


def zero_filled(answer: Tensor, measured: Tensor, mask: Tensor) -> Tensor:
    return to_pictures(measured)


def strengths_alone(answer: Tensor, measured: Tensor, mask: Tensor) -> Tensor:
    own = to_frequencies(answer)
    return to_pictures(torch.where(mask == 1, torch.polar(measured.abs(), own.angle()), own))


def answer_alone(answer: Tensor, measured: Tensor, mask: Tensor) -> Tensor:
    return answer


def pixels_for_frequencies(answer: Tensor, measured: Tensor, mask: Tensor) -> Tensor:
    return torch.where(mask == 1, to_pictures(measured), answer)


def holes_in_the_picture(answer: Tensor, measured: Tensor, mask: Tensor) -> Tensor:
    return answer * (1 - mask) + to_pictures(measured)


def own_transform(answer: Tensor, measured: Tensor, mask: Tensor) -> Tensor:
    return torch.fft.ifft2(torch.where(mask == 1, measured, torch.fft.fft2(answer))).real


def no_phase_at_all(answer: Tensor, measured: Tensor, mask: Tensor) -> Tensor:
    return to_pictures(spectrum_alone(answer, measured, mask).abs())


def holes_kept(answer: Tensor, measured: Tensor, mask: Tensor) -> Tensor:
    return to_pictures(measured + to_frequencies(answer) * mask)


def spectrum_alone(answer: Tensor, measured: Tensor, mask: Tensor) -> Tensor:
    return torch.where(mask == 1, measured, to_frequencies(answer))


KEEP = Exercise(
    number="14.1",
    title="Keep what was measured",
    name="keep",
    probes=(
        Call("`keep` with a grey answer, where only the mean was measured,", middle_alone(), kept(*middle_alone())),
        Call("`keep` with nothing measured", nothing_measured(), kept(*nothing_measured())),
        Call("`keep` with everything measured", everything_measured(), kept(*everything_measured())),
        *drawn("keep", draw_scan, kept),
    ),
    mistakes=(
        Mistake(
            turned_round,
            "You kept the network's frequencies where the scanner had measured, and zeros everywhere else: the two "
            "have changed places.",
        ),
        Mistake(
            added,
            "You added the measured frequencies to those of the answer, which already has some of its own at these "
            "places. They are to be exchanged.",
        ),
        Mistake(
            lambda answer, measured, mask: to_pictures(2 * measured + (1 - mask) * to_frequencies(answer)),
            "What was measured comes in twice.",
        ),
        Mistake(
            half_and_half,
            "You met the scanner half-way. What was measured is certain here, and the network's guess has no say.",
        ),
        Mistake(
            zero_filled,
            "This is the zero-filled picture. The network's answer has to supply the frequencies that nobody measured.",
        ),
        Mistake(
            strengths_alone,
            "The strength of each frequency is kept, but not its phase, which says where in the picture its waves lie.",
        ),
        Mistake(answer_alone, "The answer comes back as it was, and the measurement has no say in it."),
        Mistake(
            pixels_for_frequencies,
            "You took the mask for one of pixels. It says which *frequencies* were measured, so the answer has to be "
            "turned into frequencies first.",
        ),
        Mistake(
            holes_in_the_picture,
            "You blackened *pixels* of the answer where the mask is 1, and added the zero-filled picture. The mask "
            "says which frequencies were measured: exchange these before you go back to a picture.",
        ),
        Mistake(
            own_transform,
            "`torch.fft.fft2` has the frequency 0 in a corner, and numbers of another size. `measured` and `mask` have "
            "it in the middle: `to_frequencies` and `to_pictures` fit them.",
        ),
        Mistake(
            no_phase_at_all,
            "You took absolute values of the frequencies, and all phases are lost, which say where in the picture the "
            "waves lie.",
        ),
        Mistake(
            holes_kept,
            "You kept the answer's frequencies inside the mask, where they are not wanted, and dropped those outside.",
        ),
        Mistake(
            spectrum_alone,
            "The frequencies are right, and they are frequencies still. A picture is asked for.",
        ),
    ),
    hints=(
        "Three steps: the answer's own frequencies; an exchange, place by place; and back to a picture.",
        "`to_frequencies(answer)` and `measured` have the same shape. `torch.where(condition, these, those)` takes "
        "from the first where the condition holds, and from the second elsewhere.",
    ),
    praise="Whatever a network says, what the scanner measured stays as it was measured.",
)

# 14.2: PSNR of a volume


def volume_psnr(made: Tensor, truth: Tensor) -> Tensor:
    return 10 * torch.log10(truth.max() ** 2 / (made - truth).square().mean())


def draw_volumes(rng: torch.Generator) -> tuple[Tensor, Tensor]:
    """Slices of unequal brightness from 0 up, the brightest never the first, and what a network made of them."""
    count, height, width = whole(rng, 3, 6), whole(rng, 4, 7), whole(rng, 8, 9)
    bright = torch.linspace(0.2, 1.0, count).roll(whole(rng, 1, count - 1))
    truth = (0.3 + 0.7 * torch.rand(count, height, width, generator=rng)) * bright[:, None, None] * whole(rng, 1, 9)
    made = truth + 0.1 * bright[:, None, None] * torch.randn(truth.shape, generator=rng)
    return made, truth


TWO_SLICES = torch.tensor([[[0.0, 4.0], [4.0, 4.0]], [[0.0, 1.0], [1.0, 1.0]]])
OFF = TWO_SLICES + torch.tensor([[[0.4]], [[-0.4]]])


def of_each_slice(made: Tensor, truth: Tensor) -> Tensor:
    errors = (made - truth).square().mean((1, 2))
    return (10 * torch.log10(truth.amax((1, 2)) ** 2 / errors)).mean()


def mean_over_slices(made: Tensor, truth: Tensor) -> Tensor:
    errors = (made - truth).square().mean((1, 2))
    return (10 * torch.log10(truth.max() ** 2 / errors)).mean()


PSNR = Exercise(
    number="14.2",
    title="The right maximum",
    name="volume_psnr",
    probes=(
        Call("`volume_psnr` of two slices, both off by 0.4, the brightest at 4", (OFF, TWO_SLICES), 20.0),
        *drawn("volume_psnr", draw_volumes, volume_psnr, times=4),
    ),
    mistakes=(
        Mistake(
            of_each_slice,
            "Each slice has a maximum of its own here, so a dark slice is measured by a shorter ruler. One maximum, "
            "that of the whole volume, is asked for, and one mean squared error.",
        ),
        Mistake(
            mean_over_slices,
            "The maximum is right. But you took the decibels of each slice and averaged those; asked for is one mean "
            "squared error over the whole volume.",
        ),
        Mistake(
            lambda made, truth: 10 * torch.log10(made.max() ** 2 / (made - truth).square().mean()),
            "You took the maximum of what the network made: one bright wrong pixel would raise its own score.",
        ),
        Mistake(
            lambda made, truth: 10 * torch.log10((truth.max() - truth.min()) ** 2 / (made - truth).square().mean()),
            "You took the smallest value away from the maximum, which is counted from 0.",
        ),
        Mistake(
            lambda made, truth: 10 * torch.log10(255**2 / (made - truth).square().mean()),
            "These are not bytes: 255 is not their maximum. What is, the truth says.",
        ),
        Mistake(
            lambda made, truth: 10 * torch.log10(4 / (made - truth).square().mean()),
            "You took 2 for the maximum, as for pictures from -1 to 1 at the beginning of the chapter. Here values "
            "begin at 0, and the maximum is the largest one in the true volume.",
        ),
        Mistake(
            lambda made, truth: 10 * torch.log10(1 / (made - truth).square().mean()),
            "You left the maximum out, or took it for 1. The score would then depend on the units of the scanner.",
        ),
        Mistake(
            lambda made, truth: 10 * torch.log10(truth.max() / (made - truth).square().mean()),
            "The error is squared, and the maximum is not. Both have to be.",
        ),
        Mistake(
            lambda made, truth: 10 * torch.log(truth.max() ** 2 / (made - truth).square().mean()),
            "`torch.log` is the natural logarithm; decibels need the one to base 10.",
        ),
        Mistake(
            lambda made, truth: 20 * torch.log10(truth.max() ** 2 / (made - truth).square().mean()),
            "Twice as many decibels: 20 belongs to a ratio of amplitudes, 10 to one of squares.",
        ),
        Mistake(
            lambda made, truth: 20 * torch.log10(truth.max() / (made - truth).abs().mean()),
            "You averaged the absolute error. PSNR is made from the mean *squared* one.",
        ),
        Mistake(
            lambda made, truth: 10 * torch.log10(truth.max() ** 2 / (made - truth).mean()),
            "The errors are not squared. So those above the truth and those below it cancel each other, and a mean "
            "below 0 has no logarithm.",
        ),
        Mistake(
            lambda made, truth: 10 * torch.log10(truth.max() ** 2 / (made - truth).square().sum()),
            "You added up the squared errors. Their *mean* is asked for: a larger volume is no worse for its size.",
        ),
        Mistake(
            lambda made, truth: 10 * torch.log10(truth.mean() ** 2 / (made - truth).square().mean()),
            "You took the mean of the truth for its maximum.",
        ),
        Mistake(
            lambda made, truth: truth.max() ** 2 / (made - truth).square().mean(),
            "This is the ratio itself. In decibels it is ten times its logarithm to base 10.",
        ),
        Mistake(
            lambda made, truth: torch.log10(truth.max() ** 2 / (made - truth).square().mean()),
            "These are bels. A decibel is a tenth of one, so there are ten times as many.",
        ),
        Mistake(
            lambda made, truth: 10 * torch.log10(truth.square().mean() / (made - truth).square().mean()),
            "You compared with the mean square of the truth: that is a signal-to-noise ratio without the *peak*.",
        ),
        Mistake(
            lambda made, truth: 10 * torch.log10(truth.max() ** 2 / (made - truth).square().mean().sqrt()),
            "You took the root of the mean squared error, and left the maximum squared. Both are squares, or neither.",
        ),
        Mistake(
            lambda made, truth: 20 * torch.log10(truth.max() / (made - truth).square().mean()),
            "With 20 in front, both have to be without a square: the maximum is, and the error is not.",
        ),
        Mistake(
            lambda made, truth: 10 * torch.log10((truth.max() - truth.mean()) ** 2 / (made - truth).square().mean()),
            "The maximum is counted from 0, and not from the mean.",
        ),
        Mistake(
            lambda made, truth: 10 * torch.log10((made - truth).square().mean() / truth.max() ** 2),
            "The fraction stands on its head: a good picture must have many decibels.",
        ),
    ),
    hints=(
        "Two numbers are needed, each from the *whole* volume: the largest value in the truth, and the mean squared "
        "error.",
        "10 times the logarithm to base 10 of the squared maximum over that error. `torch.log10` is at hand.",
    ),
    praise="One ruler for all slices. With the same network, the other ruler gives other decibels.",
)

# 14.3: the dropout that is the noise


def a_network(seed: int) -> nn.Module:
    """A generator with dropouts of two kinds, one of them two blocks deep, and batch norms, which noise is not."""
    outer, deep = (nn.Dropout(0.5), nn.Dropout2d(0.3)) if seed % 2 else (nn.Dropout2d(0.5), nn.Dropout(0.3))
    inner = nn.Sequential(nn.Conv2d(4, 4, 3, padding=1), nn.BatchNorm2d(4), nn.ReLU(), nn.Sequential(deep))
    layers = nn.Conv2d(1, 4, 3, padding=1), outer, inner, nn.BatchNorm2d(4), nn.Dropout2d(0.2), nn.Conv2d(4, 1, 1)
    return nn.Sequential(*layers).train(mode=seed % 3 != 0)


DROPOUTS = (nn.Dropout, nn.Dropout2d)


def innermost(network: nn.Module) -> list[nn.Module]:
    """The layers that hold no others, from the first to the last."""
    return [layer for layer in network.modules() if not list(layer.children())]


def name_of(layer: nn.Module) -> str:
    return type(layer).__name__


@dataclass(frozen=True)
class Modes:
    """The answer is given a network and gives one back. What counts is which of its layers are in training mode.

    The result is a row for each layer that holds no others: 1 where it is training, and its share of dropout.
    """

    seed: int = 0

    @property
    def right(self) -> Any:
        return self.modes(a_network(self.seed), lambda layer: isinstance(layer, DROPOUTS))

    def ask(self, answer: Any) -> Any:
        require_function(answer)
        network = a_network(self.seed)
        before, modes = len(list(network.modules())), [layer.training for layer in network.modules()]
        made = answer(network)
        if made is None and [layer.training for layer in network.modules()] != modes:
            raise WrongKind("Your function changes the network, and gives nothing back: it has to end with `return`.")
        if made is None or made is Ellipsis:
            return None
        if made is not network or len(list(made.modules())) != before:
            raise WrongKind("Your function has to give back the network that it was given, with all of its layers.")
        return self.modes(made, lambda layer: layer.training)

    def modes(self, network: nn.Module, trains: Any) -> Tensor:
        rows = [[float(trains(layer)), getattr(layer, "p", 0.0)] for layer in innermost(network)]
        return torch.tensor(rows)

    def complain(self, result: Any) -> str:
        told = innermost(a_network(self.seed))
        if not isinstance(result, Tensor) or result.shape != self.right.shape:
            return "Your function has to give back the network that it was given, with all of its layers."
        place = next(
            i for i, (one, two) in enumerate(zip(result, self.right, strict=True)) if not torch.equal(one, two)
        )
        if result[place, 1] != self.right[place, 1]:
            return f"Layer {place + 1} of {len(told)} is a `{name_of(told[place])}`, and you changed what it drops."
        mode = "in training mode" if result[place, 0] else "in eval mode"
        return f"Layer {place + 1} of {len(told)} is a `{name_of(told[place])}`, and you left it {mode}."


def keep_noise(network: nn.Module) -> nn.Module:
    network.eval()
    for layer in network.modules():
        if isinstance(layer, DROPOUTS):
            layer.train()
    return network


def outermost_alone(network: nn.Module) -> nn.Module:
    network.eval()
    for layer in network.children():
        if isinstance(layer, DROPOUTS):
            layer.train()
    return network


def one_kind(network: nn.Module) -> nn.Module:
    network.eval()
    for layer in network.modules():
        if type(layer) is nn.Dropout:
            layer.train()
    return network


def norms_alone_off(network: nn.Module) -> nn.Module:
    network.train()
    for layer in network.modules():
        if isinstance(layer, nn.BatchNorm2d):
            layer.eval()
    return network


def rest_as_it_came(network: nn.Module) -> nn.Module:
    for layer in network.modules():
        if isinstance(layer, DROPOUTS):
            layer.train()
    return network


def turned(network: nn.Module) -> nn.Module:
    network.train()
    for layer in network.modules():
        if isinstance(layer, DROPOUTS):
            layer.eval()
    return network


def without(network: nn.Module) -> nn.Module:
    keep_noise(network)
    for layer in network.modules():
        if isinstance(layer, DROPOUTS):
            layer.p = 0.0
    return network


NOISE = Exercise(
    number="14.3",
    title="The dropout that was the noise",
    name="keep_noise",
    probes=(Modes(0), Modes(1), Modes(2)),
    mistakes=(
        Mistake(
            lambda network: network.eval(),
            "In eval mode every dropout is off, and the network gives one answer for ever: this is where the noise "
            "was lost.",
        ),
        Mistake(
            lambda network: network.train(),
            "In training mode batch norm mixes up the pictures of a batch, and changes its averages while you look. "
            "Only the dropout is to go on.",
        ),
        Mistake(
            outermost_alone,
            "You looked at the outermost layers. A dropout may lie inside a block: `modules()` goes all the way down, "
            "`children()` does not.",
        ),
        Mistake(one_kind, "`nn.Dropout2d`, which drops whole channels, is a dropout as well, and yours stays off."),
        Mistake(
            norms_alone_off,
            "Dropouts are on and batch norms off, as they should be. But all other layers are left in training mode: "
            "put the whole network into eval mode first, and the dropouts into training mode after that.",
        ),
        Mistake(
            rest_as_it_came,
            "The dropouts are on. Everything else stays in the mode in which the network came, and that may be "
            "training mode.",
        ),
        Mistake(turned, "The dropouts are off, and everything else is training: the other way round."),
        Mistake(without, "The dropouts are on and drop nothing: with `p` at 0 there is no noise."),
    ),
    hints=(
        "A network is put into a mode as a whole, and afterwards any of its layers may be put into another one.",
        "`network.modules()` goes through all layers, also those inside blocks; `isinstance(layer, (nn.Dropout, "
        "nn.Dropout2d))` knows the two kinds. Which of `train()` and `eval()` does each layer need?",
    ),
    praise="The noise is back, and nothing else moves.",
)

EXERCISES = (KEEP, PSNR, NOISE)

QUIZ = (
    Question(
        "One outline, two truths: in just under half of the pairs the cat is black, in all others it is orange. Which "
        "one picture makes the mean absolute error smallest?",
        key="c",
        options=(
            Option("the mean of both, a dark orange", "That is the best answer to the mean squared error."),
            Option(
                "either of them, drawn at random", "It costs as much as the truth varies; one of the two is better."
            ),
            Option("the orange one", "The median of each pixel: the colour that more than half of the pairs have."),
            Option("white, as the outline is", "White is far from both."),
        ),
    ),
    Question(
        "Two networks answer the same outlines. One has 1 dB more PSNR, the other colours as emoji have them. Is one "
        "of them wrong?",
        key="a",
        options=(
            Option(
                "No: nearness to one truth and likeness to all truths are two goals.",
                "Blau and Michaeli (2018) prove that at some point more of one costs some of the other.",
            ),
            Option(
                "Yes, the one with less PSNR: it is further from the truth that is known.",
                "PSNR rewards a mud between all the colours that might be right.",
            ),
            Option(
                "Yes, the one with more PSNR.",
                "If a single number must be near to the truth, as in a scan, its answer is the safer one.",
            ),
            Option("Nobody can tell without FID.", "FID would measure likeness again, and say nothing of nearness."),
        ),
    ),
    Question(
        "A network completes a scan of which a quarter was measured. Which part of its answer may be called measured?",
        key="d",
        options=(
            Option("All of it, if its PSNR is high.", "PSNR on other scans says how it does on average, not here."),
            Option("The sharp parts.", "Sharp is what the game makes, whether it was there or not."),
            Option("The quarter of its pixels nearest to the middle.", "No pixel is measured: frequencies are."),
            Option(
                "The frequencies in the mask, if it keeps them.",
                "The rest is a guess from other scans, however good it looks.",
            ),
        ),
    ),
    Question(
        "Why are the pairs divided by first code point, and not at random?",
        key="b",
        options=(
            Option(
                "To have about as many of each colour on the one side as on the other.",
                "Nobody looked at the colours for that.",
            ),
            Option(
                "Because emoji with the same beginning are drawn alike.",
                "A twin in the training set would turn a test into a memory.",
            ),
            Option("Because it is faster.", "Either takes no time."),
            Option("So that the held-out ones are harder.", "Harder they may be; fair is what they should be."),
        ),
    ),
    Question(
        "The discriminator of this chapter gives a logit for each patch and not one for the picture. What does it "
        "leave to L1?",
        key="c",
        options=(
            Option("sharp edges", "These show within a patch, and are what it is there for."),
            Option(
                "colours that belong together within one spot", "It sees those within a patch, and beside the outline."
            ),
            Option(
                "what the picture as a whole should be",
                "Far apart places are never seen by one logit together; L1 ties each pixel to the truth.",
            ),
            Option("noise", "Neither of the two asks for any."),
        ),
    ),
)
