# %% [markdown]
# 06 · When the game goes wrong

**How do you know that a game is failing, and what helps?**

In chapter 05 you wrote the adversarial loop. Here you break it, in five ways, and learn what each looks like. You will count modes, watch two numbers run in circles for ever, and read histories that look alike and mean opposite things. Then you will try thirteen well-known remedies on the *same* broken game. Most of them do nothing there. On another broken game most of them work. Finding out why is the point of this chapter.

After this chapter you can

- count the modes that a generator reaches, and say why curves cannot replace that count;
- tell a discriminator that is too strong from one that is too weak, and collapse from oscillation;
- derive why the smallest GAN circles its equilibrium, and what damps it;
- find out whether a discriminator knows its training points by heart;
- choose a remedy by the cause of a failure, and measure whether it helped.

**You need** chapters 04 and 05. **Time:** about 60 minutes, two of which the computer spends training. **In a hurry?** Run everything, read sections 2, 5 and 7, and play with the failure lab in section 8.

# %% [nbval-ignore-output]
from gancore.notebook import begin

begin(seed=6)

# %% [markdown]
## 1. A ring of eight

We need data of which we know everything. The ring of chapter 05 is a mixture of eight small Gaussians on a circle. Each of them is a **mode**, a place where real points crowd. A good generator puts points on all eight.

To count is to decide. We say that a sample lies *on* a mode if it is at most three standard deviations from its centre, and that a mode is *reached* if at least one sample lies on it (Srivastava et al., 2017, section 5). The share of samples on any mode is told as well, for a cloud spread over everything would reach all eight.

### Exercise 6.1 · Count the modes

Write that count. `samples` has shape $(N, 2)$, `centres` has shape $(K, 2)$. Hints wait in `hint("6.1")`.

# %%
from torch import Tensor

from gancore.teaching import check, hint, quiz, solution


def count_modes(samples: Tensor, centres: Tensor, radius: float) -> int:
    """How many of the `centres` have at least one of the `samples` within `radius`."""
    ...


check("6.1", count_modes)

# %% [markdown]
From here on `mode_coverage` of `gancore.metrics` counts for us. First, a game that works: two small perceptrons, the non-saturating loss, Adam with β₁ = 0.5, one step each. `Setting()` holds all of it, and `Run` plays it.

# %% [nbval-ignore-output]
from gancore.failures import HEALTHY, Run
from gancore.plots import show
from gancore.plots.failures import film

SEED = 6
healthy = Run(HEALTHY, SEED).play()
show(film(healthy), alt="Six pictures of the ring. Orange crosses begin as a small cloud, spread, and settle on all "
     "eight circles, with some left between neighbouring ones.")
print(healthy.outcome().coverage)
assert healthy.outcome().coverage.covered == 8 and healthy.outcome().coverage.on_modes > 0.3

# %% [markdown]
## 2. Collapse under calm curves

Now the generator gets plain ReLU units and a learning rate twenty times as high as the discriminator's. **Before you run the next cell:** what will its samples look like? And its losses?

# %% [nbval-ignore-output]
from gancore.failures import COLLAPSE

collapsed = Run(COLLAPSE, SEED).play()
show(film(collapsed), alt="Six pictures of the ring. The crosses become one tight clump, which is in another place in "
     "every picture. At most two or three circles hold any.")
print(collapsed.outcome().coverage)
assert collapsed.outcome().coverage.covered <= 3

# %% [markdown]
This is **mode collapse**: many latents, nearly one sample. The generator runs to the one place that the discriminator likes best at the moment. The discriminator learns slowly that this place is overcrowded, and by then the whole crowd leaves for the next. Nothing in the generator's loss asks for variety, because it judges each sample alone.

Here are both histories. **Predict:** in which of the three panels will they differ?

# %% [nbval-ignore-output]
from gancore.plots.failures import histories

show(histories({"healthy": healthy, "collapsed": collapsed}),
     alt="Two rows of three panels. The losses of both games hover at the same heights and both accuracies near one "
     "half. Only the third panel differs: eight modes above, one or two below.")

# %% [nbval-ignore-output]
import math
from statistics import mean, pstdev


def late(run: Run, name: str) -> list[float]:
    """The second half of one column of a run's history."""
    column = run.history.column(name)
    return column[len(column) // 2 :]


for run in (healthy, collapsed):
    print({name: round(mean(late(run, name)), 2) for name in ("d_loss", "g_loss", "d_real", "d_fake")})
    assert abs(mean(late(run, "d_loss")) - 2 * math.log(2)) < 0.1
    assert abs(mean(late(run, "g_loss")) - math.log(2)) < 0.1

# %% [markdown]
Both games end where theory says that a perfect one ends: D's loss near $2 \log 2 \approx 1.39$, G's near $\log 2 \approx 0.69$, and D right about half of the time. Three things follow, and they hold for every GAN:

- **Losses do not converge to zero.** Where the players are equal, they hover at a value that is not zero.
- **D's accuracy goes to one half** when a game goes well. It does so too when D is too slow to notice what is wrong.
- **Curves compare the players with each other**, never the samples with the data. To know how good samples are, look at them or measure them.

## 3. A discriminator that is too strong

What can curves tell? Let the data be ten times as large, so that they lie far outside of where the generator begins. Give D five steps a round and a high rate, and give G the minimax loss of chapter 04.

# %% [nbval-ignore-output]
from gancore.failures import D_TOO_STRONG

strong = Run(D_TOO_STRONG, SEED).play()
first, last = strong.snapshots.taken[0], strong.snapshots.taken[-1]
moved = (last.points - first.points).norm(dim=1).mean() / D_TOO_STRONG.scale
show(histories({"D too strong": strong}, samples=True),
     alt="The samples lie in a small heap at the centre, far from the ring. Both losses are zero from early on, "
     "D's accuracy is one on both kinds, and no mode is ever reached.")
print(f"D is right on {mean(late(strong, 'd_real')):.0%} of real and {mean(late(strong, 'd_fake')):.0%} of generated")
print(f"in all, a sample has moved {moved:.1%} of the size of the data")
assert max(late(strong, "d_loss")) < 0.01 and moved < 0.1 and last.coverage.covered == 0

# %% [markdown]
This failure the curves *do* show: D's loss is zero, its accuracy is one, and both stay. D is so sure that its verdict is flat around the samples. For the minimax loss the generator's slope is $-D(G(z))$, and a D near zero leaves nothing: the **vanishing gradient** of Goodfellow et al. (2014, section 3). Their own remedy, which you measured in chapter 05, is the non-saturating loss.

# %% [nbval-ignore-output]
awake = Run(D_TOO_STRONG.change(loss="non-saturating"), SEED).play()
shifted = (awake.snapshots.taken[-1].points - awake.snapshots.taken[0].points).norm(dim=1).mean() / D_TOO_STRONG.scale
print(f"with the non-saturating loss a sample has moved {shifted:.0%} of the size of the data")
print(awake.outcome().coverage)
assert shifted > 3 * moved

# %% [markdown]
The generator wakes up. That does not make it good: with some seeds it reaches all modes, with others one.

## 4. A discriminator that is too weak

**Predict:** leave the healthy game as it is, and let D learn thirty times as slowly as G. Which earlier figure will this resemble?

# %% [nbval-ignore-output]
from gancore.failures import D_TOO_WEAK

weak = Run(D_TOO_WEAK, SEED).play()
show(histories({"D too weak": weak}, samples=True),
     alt="The samples are a clump or a streak beside most of the circles. D's loss lies on the dotted line of "
     "guessing, and few modes are ever reached.")
print(weak.outcome().coverage)
assert weak.outcome().coverage.covered <= 5 and not weak.outcome().repaired
assert abs(mean(late(weak, "d_loss")) - 2 * math.log(2)) < 0.2

# %% [markdown]
It is the collapse of section 2, reached from the other side. There G was too fast, here D is too slow, and all that counts is their pace *relative to each other*. D's loss again says "guessing", which is true, and no comfort.

## 5. Running in circles

Even players of equal pace can miss each other for ever. Mescheder et al. (2018, section 2) found the smallest game that shows it, the **Dirac-GAN**. All real data lie at $0$. The generator puts all of its samples at one number $\theta$. The discriminator is a line through zero with slope $\psi$: its logit at $x$ is $\psi x$. In the minimax game of chapter 04 the players follow

$$\dot\theta = D\,\psi, \qquad \dot\psi = -D\,\theta, \qquad D = \frac{1}{1 + e^{-\theta\psi}}.$$

The generator moves up D's slope. The discriminator turns its slope against the side where the samples are.

At $\theta = \psi = 0$ nobody moves. Is that where they end? Look at the squared distance from it:

$$\tfrac12 \tfrac{d}{dt}\left(\theta^2 + \psi^2\right) = \theta\dot\theta + \psi\dot\psi = D\,\theta\psi - D\,\psi\theta = 0.$$

It never changes. The players go round in a circle. And computers take steps: both players at once, with rate $h$, go from $(\theta, \psi)$ to $(\theta + hD\psi,\ \psi - hD\theta)$, whose squared distance is $(1 + h^2D^2)(\theta^2 + \psi^2)$. **Every round ends further out.**

Now charge the discriminator for its slope, with the R1 penalty $\frac\gamma2\psi^2$. Then $\dot\psi$ gets a term $-\gamma\psi$. Near the equilibrium, where $D = \frac12$, the motion is linear with the matrix $\begin{pmatrix} 0 & \frac12 \\ -\frac12 & -\gamma \end{pmatrix}$. Its characteristic equation $\lambda^2 + \gamma\lambda + \frac14 = 0$ gives

$$\lambda = -\frac\gamma2 \pm \sqrt{\frac{\gamma^2}{4} - \frac14}.$$

Without a penalty these are $\pm\frac i2$: pure turning. With any $\gamma > 0$ the real part is negative, and each turn ends nearer to the middle. The penalty is **zero-centred**: it pulls the slope to zero, which is what the slope is at the equilibrium, so the equilibrium stays where it was. **Predict** the three paths before you run the cell.

# %%
from gancore import dirac
from gancore.plots.failures import paths

RATE, START = 0.1, (1.0, 1.0)
spiral = dirac.play(START, RATE, 400)
damped = dirac.play(START, RATE, 400, penalty=0.3)
in_turns = dirac.play(START, RATE, 400, alternating=True)
show(paths({"both at once": spiral, "with R1 penalty": damped, "in turns": in_turns}),
     alt="Left, three paths around a star: a dashed spiral outwards, a solid spiral into the star, a dotted closed "
     "ring. Right, their distances from the star: rising, falling to nearly zero, and level.")

# %% [markdown]
Now measure what was derived: the growth of each round, to rounding, and the speed of the decay, which should be $e^{-\gamma t / 2}$ over the time $t = h \cdot \text{rounds}$.

# %%
squares = dirac.distance(spiral) ** 2
growth = 1 + RATE**2 * dirac.pull(spiral[:-1].prod(dim=1)) ** 2
assert (squares[1:] / squares[:-1] - growth).abs().max() < 1e-12, "each round ends further out, by the factor derived"

measured = -math.log(dirac.distance(damped)[400] / dirac.distance(damped)[100]) / (300 * RATE)
predicted = -dirac.eigenvalues(penalty=0.3)[0].real
print(f"decay with the penalty: {measured:.3f} measured, {predicted:.3f} derived")
assert abs(measured - predicted) < 0.02
assert 0.8 < dirac.distance(in_turns)[400] / dirac.distance(in_turns)[0] < 1.25, "in turns: neither in nor out"

# %% [markdown]
Players that move in turns, as ours do, circle without leaving. But there is **momentum**: with β₁ = 0.9 a step keeps nine tenths of the direction of the one before, and directions in a game are out of date as soon as the other has moved. And there is the **moving average**: whoever circles the right place is right on average.

# %%
driven = dirac.play(START, RATE, 400, alternating=True, momentum=0.9)
average = in_turns.mean(dim=0)
print(f"with momentum 0.9: {dirac.distance(driven)[-1]:.1f} away after 400 rounds")
print(f"without: {dirac.distance(in_turns)[-1]:.1f} away, and its average {average.norm():.2f}")
assert dirac.distance(driven)[-1] > 2 * dirac.distance(in_turns)[-1]
assert average.norm() < 0.2 * dirac.distance(in_turns)[-1]

# %% [markdown]
The ring knows the same illness. Here both players are equally fast and have β₁ = 0.9.

# %% [nbval-ignore-output]
from gancore.failures import OSCILLATION

swinging = Run(OSCILLATION, SEED).play()
show(histories({"oscillation": swinging}, samples=True),
     alt="The samples are a clump away from most circles. Both losses swing up and down to the end; the number of "
     "modes reached stays low.")
swings = {"healthy": pstdev(late(healthy, "d_loss")), "oscillation": pstdev(late(swinging, "d_loss"))}
print({name: round(swing, 3) for name, swing in swings.items()})
assert swinging.outcome().coverage.covered <= 3 and swings["oscillation"] > 4 * swings["healthy"]

# %% [markdown]
## 6. Knowing the answers by heart

The last failure passes every test so far. The training set holds sixteen points, two on each mode, somewhat wider modes than before. **Predict:** how many modes will be reached?

# %% [nbval-ignore-output]
from gancore.failures import MEMORISING

by_heart = Run(MEMORISING, SEED).play()
print(by_heart.outcome().coverage)
print(f"D prefers a training point to a new real one in {by_heart.outcome().memory:.0%} of pairs; "
      f"with new points in every batch in {healthy.outcome().memory:.0%}")
assert by_heart.outcome().coverage.covered == 8 and by_heart.outcome().coverage.on_modes > 0.8
assert by_heart.outcome().memory > 0.65 and abs(healthy.outcome().memory - 0.5) < 0.08

# %% [markdown]
Full marks for modes. But show D a training point and a new real point, from the same distribution, and ask which is more real. A D that has learned what *real* means can only toss a coin. This one picks the training point far more often: it is **memorising**. Its advice to the generator becomes "be one of these sixteen", and a generator with enough freedom ends in copies. (Ours is not there; chapter 10 finds copies among digits.) Neither losses nor mode counts show it: keep real examples aside that D never sees.

### Exercise 6.2 · Diagnose four histories

Four games have been played, and their labels are lost. Real points were new in every batch. **Before you look at the third panels, cover them:** which two can you not tell apart?

# %% [nbval-ignore-output]
from gancore.failures import UNLABELLED

show(histories({name: Run(setting, SEED + 1).play() for name, setting in UNLABELLED.items()}),
     alt="Four rows, A to D, of three panels: losses, accuracy of D, modes reached. They are yours to read.")

# %% [markdown]
Choose from `"healthy"`, `"collapse"`, `"oscillation"`, `"D too strong"` and `"memorising"`.

# %%
diagnosis = [..., ..., ..., ...]  # A, B, C, D

check("6.2", diagnosis)

# %% [markdown]
## 7. Thirteen remedies, one patient

Every paper on GANs has a remedy. Here are thirteen, each with what it does.

# %%
from gancore.failures import REMEDIES

for name, remedy in REMEDIES.items():
    print(f"{name:26}{remedy.does}")

# %% [markdown]
(The last one, more data, is the fourteenth, for section 6 only.) We try each of them, alone, on the collapse of section 2. Same seed, same number of rounds. **Before you run the cell, tick the ones that you think will help.**

# %% [nbval-ignore-output]
from gancore.failures import try_remedies

on_collapse = try_remedies(COLLAPSE, SEED)
for name, outcome in on_collapse.items():
    print(f"{name:26}{outcome.coverage}")

# %% [markdown]
Four help, and each of them with every seed we tried: **two learning rates**, **five D steps**, **β₁ at 0**, and **Wasserstein with penalty**, whose recipe brings five D steps along. What they share is *pace*: D keeps up with the crowd, or the crowd does not overshoot. The other nine leave at most a few modes with nearly every seed. That is no verdict on them. This patient did not have their illness.

# %% [nbval-ignore-output]
pace = ("two learning rates", "five D steps", "Adam's β₁ at 0", "Wasserstein with penalty")
others = [outcome.coverage.covered for name, outcome in on_collapse.items() if name not in pace]
print("with a remedy of pace:", [on_collapse[name].coverage.covered for name in pace])
print("with the others:      ", others)
assert min(on_collapse[name].coverage.covered for name in pace) >= 6
assert sorted(others)[len(others) // 2] <= 3

# %% [markdown]
Now the same on the game of section 3, where D is too strong. (It has LeakyReLU and five D steps already.) **Predict:** will the same four help?

# %% [nbval-ignore-output]
on_strong = try_remedies(D_TOO_STRONG, SEED)
for name, outcome in on_strong.items():
    print(f"{name:26}{outcome.coverage}")

# %% [nbval-ignore-output]
calm = ("instance noise", "dropout in D", "spectral normalisation", "R1 and R2", "Wasserstein with penalty")
assert min(on_strong[name].coverage.covered for name in calm) >= 6
assert max(on_strong[name].coverage.covered for name in ("Adam's β₁ at 0", "two learning rates", "moving average")) <= 1
sharp = on_strong["tanh and data range"].coverage
assert sharp.covered >= 6 and sharp.on_modes > 1.5 * max(on_strong[name].coverage.on_modes for name in calm)

# %% [markdown]
The other way round. Whatever keeps D from certainty gets the generator moving: **noise**, **dropout**, **spectral normalisation**, **R1 and R2**, **Wasserstein with penalty**. **Label smoothing** and **relativistic pairing** get it moving too, though not to all modes with every seed. Momentum, rates and averages do nothing. Best is what removes the cause: **the data range**. It alone gives sharp modes within these rounds.

So a remedy belongs to a cause:

| cause | sign | what helped here |
| --- | --- | --- |
| G outruns D | calm curves, few modes | two learning rates, more D steps, lower β₁ |
| momentum | losses swing, few modes | β₁ at 0 |
| D is certain | D's loss 0, accuracy 1 | data range; noise, dropout, spectral normalisation, penalties |
| D knows its points | prefers them to new ones | more data; noise |

Two remedies cured nothing on their own here: LeakyReLU and the moving average. The average was right for the Dirac-GAN, which circles the right place. A crowd that is nowhere near has no right place to be averaged to.

The last row of the table, measured:

# %% [nbval-ignore-output]
memory = {"nothing": by_heart.outcome().memory}
for name in ("label smoothing", "instance noise", "more data"):
    memory[name] = Run(REMEDIES[name].apply(MEMORISING), SEED).play().outcome().memory
print({name: f"{share:.0%}" for name, share in memory.items()})
assert max(memory["instance noise"], memory["more data"]) < memory["nothing"] - 0.05

# %% [markdown]
## 8. The failure lab

Choose a setting, predict, reveal, choose a remedy, repair. The games play in the background, so the notebook still answers. One seed proves little: move the seed and try again.

# %%
from gancore.widgets.failure import FailureLab

lab = FailureLab()
lab

# %% [markdown]
The next two cells move the controls as you would, and wait.

# %% [nbval-ignore-output]
lab.setting.value = "D learns thirty times as slowly as G"
lab.prediction.index = 1
lab.reveal.click()
await lab.finished()
assert "✓ You predicted" in lab.status.value and lab.game.revealed

# %% [nbval-ignore-output]
lab.remedy.value = "two learning rates"
lab.repair.click()
await lab.finished()
show(lab.picture.drawn, alt=lab.picture.alt)
assert "Repaired." in lab.status.value

# %% [markdown]
### Exercise 6.3 · Repair a run

The game of section 5, `OSCILLATION`, is yours to repair by changing **one** value, which you choose: `OSCILLATION.change(name=value)`. `OSCILLATION.differences(HEALTHY)` shows where it differs from a game that works. The check plays your setting with two seeds and counts, so it takes some seconds. Data and rounds stay as they are.

# %%
repaired = ...

check("6.3", repaired)

# %% [markdown]
## Check yourself

# %%
quiz("6")

# %% [markdown]
## Summary

- Mode collapse is counted on samples. Losses near 1.39 and 0.69 and an accuracy of one half are what a perfect game shows, and what a collapsed one shows.
- D too strong is the one failure that curves tell at a glance: loss 0, accuracy 1, samples that stand still.
- The Dirac-GAN circles for ever, spirals out when both move at once, and is damped by a zero-centred penalty.
- A discriminator can know its training points by heart while every other number is perfect.
- Remedies belong to causes. Measure each on your own failure, with several seeds.

## Read next

- Mescheder et al. (2018), *Which Training Methods for GANs do actually Converge?*: section 2 for the Dirac-GAN, section 3 for what converges.
- Arjovsky and Bottou (2017), *Towards Principled Methods for Training Generative Adversarial Networks*: section 2 on certain discriminators, section 3 on noise.
- Salimans et al. (2016), *Improved Techniques for Training GANs*: section 3.
- Heusel et al. (2017), *GANs Trained by a Two Time-Scale Update Rule*: section 2.
- Karras et al. (2020), *Training Generative Adversarial Networks with Limited Data*: section 2 on discriminators that know their data by heart.

← [05 · The loop, by hand](05_the_loop_by_hand.ipynb) · [07 · MNIST with two perceptrons](07_mnist_with_two_perceptrons.ipynb) →
