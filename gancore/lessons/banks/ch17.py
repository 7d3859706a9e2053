"""Exercises and quiz of chapter 17: one step of Griffin-Lim, how voiced a sound is, and the comb of upsampling."""

import math

import torch
from torch import Tensor

from gancore.data.sound import HOP, RATE, frequencies, sounds_of
from gancore.lessons.exercises import Exercise, Mistake
from gancore.lessons.probes import Call, drawn, whole
from gancore.lessons.quizzes import Option, Question

# 17.1: one step of Griffin-Lim


def step(magnitudes: Tensor, sound: Tensor) -> Tensor:
    return sounds_of(torch.polar(magnitudes, frequencies(sound).angle()))


def draw_step(rng: torch.Generator) -> tuple[Tensor, Tensor]:
    """The magnitudes of one noise, and another noise to take the phases of."""
    length = HOP * whole(rng, 4, 8)
    wanted, sound = torch.randn(2, length, generator=rng)
    return frequencies(wanted).abs(), sound


def tone_and_twice() -> tuple[Tensor, Tensor]:
    """A tone, and the magnitudes of the same at twice the strength."""
    tone = (2 * math.pi * 500 * torch.arange(4 * HOP) / RATE).sin()
    return frequencies(2 * tone).abs(), tone


def no_change(magnitudes: Tensor, sound: Tensor) -> Tensor:
    return sounds_of(frequencies(sound))


def signs_alone(magnitudes: Tensor, sound: Tensor) -> Tensor:
    return sounds_of((magnitudes * frequencies(sound).real.sign()).to(torch.complex64))


def real_part(magnitudes: Tensor, sound: Tensor) -> Tensor:
    return sounds_of((magnitudes * frequencies(sound).angle().cos()).to(torch.complex64))


def no_phase(magnitudes: Tensor, sound: Tensor) -> Tensor:
    return sounds_of(magnitudes.to(torch.complex64))


def turned_phase(magnitudes: Tensor, sound: Tensor) -> Tensor:
    return sounds_of(torch.polar(magnitudes, -frequencies(sound).angle()))


def multiplied(magnitudes: Tensor, sound: Tensor) -> Tensor:
    return sounds_of(magnitudes * frequencies(sound))


def half_way(magnitudes: Tensor, sound: Tensor) -> Tensor:
    found = frequencies(sound)
    return sounds_of(torch.polar((magnitudes + found.abs()) / 2, found.angle()))


def spectrum_alone(magnitudes: Tensor, sound: Tensor) -> Tensor:
    return torch.polar(magnitudes, frequencies(sound).angle())


def one_phase(magnitudes: Tensor, sound: Tensor) -> Tensor:
    phase = frequencies(sound).angle()
    return sounds_of(torch.polar(magnitudes, phase[:, :1].expand_as(phase).contiguous()))


STEP = Exercise(
    number="17.1",
    title="One step of Griffin–Lim",
    name="step",
    probes=(
        Call("`step` with a tone and the magnitudes of one twice as strong", tone_and_twice(), step(*tone_and_twice())),
        *drawn("step", draw_step, step, times=4),
    ),
    mistakes=(
        Mistake(
            no_change,
            "The sound comes back as it was, since it kept its own magnitudes. Those of the spectrogram have to take "
            "their place.",
        ),
        Mistake(
            signs_alone,
            "You took the sign of the real part for the phase. A phase is an angle: `.angle()` knows it, and a complex "
            "number divided by its absolute value has it.",
        ),
        Mistake(
            real_part,
            "You multiplied by the cosine of the angle alone: that is the real part of each wave, and the imaginary "
            "one is lost. A phase needs both.",
        ),
        Mistake(
            no_phase,
            "All phases are 0 here, and the sound has no say. Its phases are what the step is about.",
        ),
        Mistake(turned_phase, "The phases have the wrong sign: each wave runs backwards."),
        Mistake(
            multiplied,
            "You multiplied the magnitudes with the sound's spectrum, which has magnitudes of its own still. Divide "
            "these out first.",
        ),
        Mistake(
            lambda magnitudes, sound: sounds_of(frequencies(sound) + magnitudes),
            "You added the magnitudes to the spectrum of the sound. They are to take the place of its own, each with "
            "the phase that it has.",
        ),
        Mistake(
            lambda magnitudes, sound: sounds_of(torch.polar(magnitudes, frequencies(sound).angle().rad2deg())),
            "`torch.polar` takes angles in radians, as `.angle()` gives them, and not in degrees.",
        ),
        Mistake(
            lambda magnitudes, sound: sounds_of(torch.polar(frequencies(sound).angle(), magnitudes)),
            "Strengths and angles have changed places: `torch.polar` takes the strengths first.",
        ),
        Mistake(
            half_way,
            "You met half-way between the two magnitudes. What the spectrogram says is known, and the sound's own are "
            "dropped.",
        ),
        Mistake(spectrum_alone, "The spectrum is right, and it is a spectrum still. A sound is asked for."),
        Mistake(one_phase, "You took the phases of the first window for all. Each window has its own."),
    ),
    hints=(
        "Three moves: the spectrum of the sound; an exchange of magnitudes; and back to a sound.",
        "What `frequencies` gives is complex: a strength and an angle, and `.angle()` asks for the second.",
        "`torch.polar(strengths, angles)` puts complex numbers together again, and `sounds_of` makes a sound of them.",
    ),
    praise="Magnitudes from the picture, phases from the sound: repeated, the two come to agree.",
)

# 17.2: how voiced a window is


def voiced(window: Tensor, lags: range) -> Tensor:
    return torch.stack([alike(window[:-lag], window[lag:]) for lag in lags]).max()


def alike(early: Tensor, late: Tensor) -> Tensor:
    return (early * late).sum() / (early.square().sum() * late.square().sum()).sqrt()


def draw_window(rng: torch.Generator) -> tuple[Tensor, range]:
    """A window that repeats itself more or less, stronger toward its end, and the lags to try."""
    length, period = whole(rng, 40, 60), whole(rng, 6, 9)
    cycle = torch.randn(period, generator=rng)
    window = cycle.repeat(length // period + 1)[:length] + 0.8 * torch.randn(length, generator=rng)
    return window * torch.linspace(0.4, 1.6, length), range(whole(rng, 3, 5), whole(rng, 12, 16))


def draw_ends(rng: torch.Generator) -> tuple[Tensor, range]:
    """The same, where the best lag is the first or the last of those to try."""
    window, period = draw_window(rng)[0], 7
    window = window[:period].repeat(len(window) // period + 1)[: len(window)] * torch.linspace(1, 2, len(window))
    return window, range(period, period + 3) if whole(rng, 0, 1) else range(period - 3, period + 1)


def draw_outside(rng: torch.Generator) -> tuple[Tensor, range]:
    """The same, where the best lag of all is just below the first or just above the last of those to try."""
    window, lags = draw_ends(rng)
    return window, range(8, 11) if lags.start == 7 else range(4, 7)


def every_second() -> tuple[Tensor, range]:
    return torch.tensor([1.0, -1.0] * 6), range(1, 4)


def once_again() -> tuple[Tensor, range]:
    """Three numbers, and the same three at half the strength."""
    first = torch.tensor([1.0, 2.0, -2.0])
    return torch.cat([first, 0.5 * first]), range(2, 4)


def from_lag_zero(window: Tensor, lags: range) -> Tensor:
    return alike(window, window)


def all_in_a_circle(window: Tensor, lags: range) -> Tensor:
    return torch.stack([alike(window, window.roll(-lag)) for lag in lags]).max()


def not_divided(window: Tensor, lags: range) -> Tensor:
    return torch.stack([(window[:-lag] * window[lag:]).sum() for lag in lags]).max()


def by_the_whole(window: Tensor, lags: range) -> Tensor:
    return torch.stack([(window[:-lag] * window[lag:]).sum() for lag in lags]).max() / window.square().sum()


def mean_of_products(window: Tensor, lags: range) -> Tensor:
    return torch.stack([(window[:-lag] * window[lag:]).mean() for lag in lags]).max()


def by_mean_energy(window: Tensor, lags: range) -> Tensor:
    pairs = [(window[:-lag], window[lag:]) for lag in lags]
    return torch.stack([2 * (a * b).sum() / (a.square().sum() + b.square().sum()) for a, b in pairs]).max()


def without_means(window: Tensor, lags: range) -> Tensor:
    pairs = [(window[:-lag], window[lag:]) for lag in lags]
    return torch.stack([alike(early - early.mean(), late - late.mean()) for early, late in pairs]).max()


def no_root(window: Tensor, lags: range) -> Tensor:
    pairs = [(window[:-lag], window[lag:]) for lag in lags]
    return torch.stack([(a * b).sum() / (a.square().sum() * b.square().sum()) for a, b in pairs]).max()


def at_least_zero(window: Tensor, lags: range) -> Tensor:
    return voiced(window, lags).clamp(min=0)


def either_sign(window: Tensor, lags: range) -> Tensor:
    return torch.stack([alike(window[:-lag], window[lag:]).abs() for lag in lags]).max()


def mean_over_lags(window: Tensor, lags: range) -> Tensor:
    return torch.stack([alike(window[:-lag], window[lag:]) for lag in lags]).mean()


def best_lag(window: Tensor, lags: range) -> Tensor:
    found = torch.stack([alike(window[:-lag], window[lag:]) for lag in lags])
    return torch.tensor(float(lags[int(found.argmax())]))


VOICED = Exercise(
    number="17.2",
    title="How voiced is it?",
    name="voiced",
    probes=(
        Call("`voiced` of 1, -1, 1, -1 … with lags from 1 to 3", every_second(), 1.0),
        Call("`voiced` of 1, -1, 1, -1 … with lags of 1 and 3", (every_second()[0], range(1, 4, 2)), -1.0),
        Call("`voiced` of 1, -1, 1, -1 with a lag of 1", (torch.tensor([1.0, -1.0, 1.0, -1.0]), range(1, 2)), -1.0),
        Call("`voiced` of (1, 2, -2), the same again at half the strength, with lags of 2 and 3", once_again(), 1.0),
        Call(
            "`voiced` of 0, 1, 3, 0, 1 with lags from 1 to 3",
            (torch.tensor([0.0, 1.0, 3.0, 0.0, 1.0]), range(1, 4)),
            1.0,
        ),
        *drawn("voiced", draw_window, voiced, times=4),
        *drawn("voiced", draw_outside, voiced, times=4),
        *drawn("voiced", draw_ends, voiced, times=4),
    ),
    mistakes=(
        Mistake(
            from_lag_zero,
            "This is the window beside itself without any lag, which is always 1. Take the lags that you are given.",
        ),
        Mistake(
            all_in_a_circle,
            "`roll` puts the end before the beginning, so that the two parts overlap in a circle. Sounds go on; "
            "compare what overlaps, and leave the rest out.",
        ),
        Mistake(
            not_divided,
            "A louder sound would count as more voiced. Divide by how strong the two parts are.",
        ),
        Mistake(
            by_the_whole,
            "You divided by the energy of the whole window. The two parts are shorter, and may be unequally loud: take "
            "the energy of each.",
        ),
        Mistake(
            mean_of_products,
            "The mean of the products depends on how loud the sound is. Divide by how strong the two parts are.",
        ),
        Mistake(
            without_means,
            "You took the mean of each part away first, as a correlation coefficient does. Sound swings about 0 by "
            "itself; here products and squares are of the numbers as they are.",
        ),
        Mistake(no_root, "The product of the two energies wants a square root: twice as loud would count a quarter."),
        Mistake(
            either_sign,
            "You took absolute values. Half a period later a voice is its own opposite, and that is no repetition.",
        ),
        Mistake(
            at_least_zero,
            "Your result is never below 0: the search for the best begins at 0, or what is lower is cut off. Where all "
            "likenesses are negative, the greatest of them is, too.",
        ),
        Mistake(
            mean_over_lags,
            "You averaged over all lags. A voice has one pitch, and at all others it need not be like itself: the "
            "best one counts.",
        ),
        Mistake(
            lambda window, lags: alike(window[: -lags[0]], window[lags[0] :]),
            "You tried the first lag alone. A voice may repeat itself at any of them: the best one counts.",
        ),
        Mistake(
            lambda window, lags: alike(window[: -lags[-1]], window[lags[-1] :]),
            "You tried the last lag alone. A voice may repeat itself at any of them: the best one counts.",
        ),
        Mistake(
            lambda window, lags: voiced(window, range(lags.start + 1, lags.stop + 1)),
            "Your lags are one too large: for a lag of 3, three numbers are left out at either end.",
        ),
        Mistake(
            lambda window, lags: voiced(window, range(lags.start, lags.stop + 1)),
            "You try one lag more than there is: `lags` ends before its stop.",
        ),
        Mistake(
            lambda window, lags: voiced(window, range(lags.start, lags.stop - 1)),
            "The last of the lags is never tried. `lags` itself already ends before its stop.",
        ),
        Mistake(
            lambda window, lags: voiced(window, range(lags.start, lags.stop)),
            "You try every lag from the first of `lags` to the last. It may leave some out: go through `lags` itself.",
        ),
        Mistake(
            lambda window, lags: torch.stack([alike(window[:-lag], window[lag:]) for lag in lags]).sum(),
            "You added the likeness at all lags up. Of all lags the best one counts.",
        ),
        Mistake(
            by_mean_energy,
            "You divided by the mean of the two energies. Asked for is the root of their product: a voice that fades "
            "is no less of a voice.",
        ),
        Mistake(
            lambda window, lags: torch.stack([alike(window[:-lag], window[lag:]) for lag in lags]).min(),
            "This is the *least* likeness. Of all lags the best one counts.",
        ),
        Mistake(best_lag, "This is the lag at which the window is most like itself. Asked for is how much it is."),
    ),
    hints=(
        "For each lag there are two parts: the window without its last `lag` numbers, and the window without its first "
        "`lag` numbers. How alike are they?",
        "The sum of the products says how alike they are, and also how loud. Divided by the square root of the product "
        "of both energies it is a correlation from -1 to 1.",
        "Of the correlations of all lags the greatest counts: at the pitch of a voice, whichever that is.",
    ),
    praise="A whisper is not like itself a moment later, at any pitch.",
)

# 17.3: the comb that upsampling leaves


def comb(rate: int, strides: tuple[int, ...]) -> list[float]:
    return [rate / math.prod(strides[place:]) for place in range(len(strides))]


def draw_strides(rng: torch.Generator) -> tuple[int, tuple[int, ...]]:
    """A rate, and three to five strides that are not all alike, nor the same from behind."""
    rate = 1000 * whole(rng, 4, 48)
    strides = [whole(rng, 2, 5) for _ in range(whole(rng, 2, 4))]
    return rate, (*strides, strides[0] + whole(rng, 1, 3))


COMB = Exercise(
    number="17.3",
    title="The comb",
    name="comb",
    probes=(
        Call("`comb(16000, (4,))`", (16000, (4,)), [4000.0]),
        Call("`comb(8000, (2, 5))`", (8000, (2, 5)), [800.0, 1600.0]),
        *drawn("comb", draw_strides, comb, times=4),
    ),
    mistakes=(
        Mistake(
            lambda rate, strides: [rate / stride for stride in strides],
            "You gave each layer its own stride alone. What a layer leaves is stretched by every layer after it.",
        ),
        Mistake(
            lambda rate, strides: [rate / math.prod(strides[: place + 1]) for place in range(len(strides))],
            "You multiplied the strides of the layers *before*. A pattern is stretched by those that come after the "
            "layer that made it.",
        ),
        Mistake(
            lambda rate, strides: [rate / math.prod(strides[place + 1 :]) for place in range(len(strides))],
            "You left out the layer's own stride. It repeats itself once for each number that goes in.",
        ),
        Mistake(
            lambda rate, strides: [rate / sum(strides[place:]) for place in range(len(strides))],
            "You added the strides up. What one layer stretches four times and the next one four times is sixteen "
            "times as long.",
        ),
        Mistake(
            lambda rate, strides: [rate / 4**layers for layers in (3, 2, 1)],
            "These are the teeth for three strides of 4, as in this chapter, whichever strides are given.",
        ),
        Mistake(
            lambda rate, strides: [rate * math.prod(strides[: place + 1]) for place in range(len(strides))],
            "You multiplied the rate. `rate` is that of the *finished* sound: a pattern repeats itself less often than "
            "numbers come, and earlier layers are slower still.",
        ),
        Mistake(
            lambda rate, strides: [125.0, 500.0, 2000.0],
            "These are the teeth of this chapter's WaveGAN, whatever is asked.",
        ),
        Mistake(
            lambda rate, strides: [rate / 2 / math.prod(strides[place:]) for place in range(len(strides))],
            "Half as much: half the rate is the highest frequency that there is, and has no say here.",
        ),
        Mistake(
            lambda rate, strides: [math.prod(strides[place:]) for place in range(len(strides))],
            "These are periods, counted in numbers of the sound. How often a second does each one come?",
        ),
        Mistake(
            lambda rate, strides: [math.prod(strides[place:]) / rate for place in range(len(strides))],
            "These are periods in seconds. A frequency is one over that.",
        ),
        Mistake(
            lambda rate, strides: comb(rate, strides)[::-1],
            "The right frequencies in the wrong order: the first layer's comes first.",
        ),
    ),
    hints=(
        "A transposed convolution of stride s treats s numbers in turn by s different sets of weights, and begins "
        "again. After how many numbers of the *finished* sound does its pattern come again?",
        "The last layer's pattern repeats after its own stride; that of the layer before after this stride times its "
        "own, and so on toward the first.",
        "So each period is a product of strides, from this layer to the last; `math.prod`, after `import math`, "
        "multiplies a list. The rate "
        "divided by the period is a frequency.",
    ),
    praise="Now you know where to look before you look.",
)

EXERCISES = (STEP, VOICED, COMB)

QUIZ = (
    Question(
        "A spectrogram keeps how strong each frequency is at each time. What is lost that one needs to hear it?",
        key="b",
        options=(
            Option("how loud the sound was", "That too, here; but it would be heard all the same, and too softly."),
            Option(
                "the phases",
                "Where in its cycle each wave is. Griffin–Lim looks for phases that fit from one window to the next.",
            ),
            Option("which frequencies come first", "Time runs from left to right."),
            Option("the pitch of the voice", "Where bands are narrow enough, its harmonics can be seen."),
        ),
    ),
    Question(
        "A generator draws words. All of them are recognised, with a voicing of 0.3, and real ones have 0.6. What does "
        "one hear?",
        key="d",
        options=(
            Option("words as good as real ones", "Then they would be as voiced."),
            Option("a hum that says nothing", "Of a hum hardly any word would be recognised."),
            Option("the same word every time", "Then one in ten would be recognised, if all ten are asked for."),
            Option(
                "words, whispered",
                "The listener goes by where the energy lies, and a whisper has it in the same places.",
            ),
        ),
    ),
    Question(
        "Why does real speech stand in the table after Griffin–Lim, and not as it was said?",
        key="a",
        options=(
            Option(
                "Since drawn pictures are heard through it too.",
                "It is the ceiling: what a perfect picture would reach. Otherwise its losses would be blamed on G.",
            ),
            Option("Because it sounds better.", "It sounds worse, and is less voiced."),
            Option("Because the listener has learnt from sounds that went through it.", "It has not."),
            Option("To save time.", "It costs time."),
        ),
    ),
    Question(
        "A WaveGAN with strides of 4, 4 and 4 hums at 125, 500 and 2,000 Hz whatever it is asked for, at a rate of "
        "8,000. What does phase shuffle do about it?",
        key="c",
        options=(
            Option("It moves the hum to frequencies that one does not hear.", "It touches no sound that is drawn."),
            Option("It takes the hum out of each sound by a filter.", "Another remedy, and not this one."),
            Option(
                "It keeps D from telling real from drawn by where the pattern lies.",
                "A pattern at fixed places would be recognised at once, and G would learn little else.",
            ),
            Option("It makes G's strides random.", "It moves what D sees between its layers, by up to n places."),
        ),
    ),
    Question(
        "The listener learnt from the voices that the generator learnt from, and is tried on real words of eight other "
        "voices. Why on others?",
        key="b",
        options=(
            Option("To have fewer sounds to listen to.", "There would be enough of either."),
            Option(
                "A voice that it knows might be recognised by its own ways.",
                "Each voice says every word four times. Divided by word, its twin would be in the training set.",
            ),
            Option("Because the drawn words are in those voices.", "They are in none of them."),
            Option("So that its score is lower.", "It is, and the reason is that it is fairer."),
        ),
    ),
)
