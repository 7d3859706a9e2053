"""The networks of the site, in JavaScript, against PyTorch: the same weights and latents give the same pixels."""

import json
import shutil
import subprocess

import pytest
import torch
from helpers.places import REPOSITORY
from safetensors.torch import load_file
from torch.nn.functional import avg_pool2d

from gancore.analysis.hands import blend
from gancore.analysis.latents import error_per_ink, slerp
from gancore.analysis.saliency import saliency
from gancore.analysis.shapes import slant, thickness
from gancore.analysis.strokes import rasterise
from gancore.data import sound
from gancore.data.avatars import ATTRIBUTES
from gancore.data.damage import FewLines
from gancore.data.fourier import line_mask, to_frequencies
from gancore.data.pairs import load_brain
from gancore.data.toys import make_toy
from gancore.data.voices import load_waveforms
from gancore.generative.vae import Coder  # whose shipped weights become known
from gancore.lessons import dirac, scanning
from gancore.lessons.asking import ask, caption_of
from gancore.lessons.by_hand import HandGame, describe
from gancore.lessons.contest import Contest, Twenty
from gancore.lessons.doodles import doodles
from gancore.lessons.line import WIDTH, line_state
from gancore.lessons.line_game import DATA, SETTINGS
from gancore.lessons.listening import painted
from gancore.lessons.outlines import outline_of
from gancore.metrics import mode_coverage
from gancore.metrics.classifier import load_extractor
from gancore.models import ModernDiscriminator, PointDiscriminator, PointGenerator
from gancore.models.sampling import generate, seeded_latents
from gancore.plots import salient
from gancore.pretrained import SHIPPED, load_pretrained
from gancore.pretrained_runs import load_shipped
from gancore.training.gan import GAN
from gancore.training.losses import LOSSES, Minimax, make_loss
from gancore.widgets.by_hand import drawn_on

LIVE, OWN = REPOSITORY / "site" / "live", REPOSITORY / "site" / "weights"
FILES = ("safetensors", "random", "layers", "modern", "dcgan", "perceptrons", "classifier", "latents")
FILES += ("players", "toys", "game", "planegame", "linegame", "handgame", "diracgame")
FILES += (
    "unet",
    "text",
    "boltzmann",
    "pictures",
    "strokes",
    "scan",
    "sound",
    "controls",
    "pen",
    "salient",
    "contest",
    "chips",
)
CLOSE = {"rtol": 0, "atol": 1e-5}  # in pixels of [-1, 1]
LABELS = (0, 3, 7, 8)
VOCABULARY = load_shipped("text2image").game.vocabulary
TOLD = {"words": VOCABULARY.words, "longest": VOCABULARY.longest, "attributes": ATTRIBUTES}  # as site/build.py tells it
DRAWN = [[x / 20 - 0.3, 0.5 - (x / 20) ** 2] for x in range(12)] + [[0.6, 0.1], [0.6, 0.2], [0.65, -0.9]]

pytestmark = pytest.mark.skipif(shutil.which("node") is None, reason="There is no node to run JavaScript in.")


def in_node(script: str) -> list:
    """What `script`, which gets `network(name)`, passes to `show`."""
    read = "\n".join(f"require({json.dumps(str(LIVE / f'{name}.js'))});" for name in FILES)
    setting = f"""
        {read}
        const fs = require("fs"), gancore = globalThis.gancore, shown = [];
        const show = (values) => shown.push(Array.from(values));
        function network(name) {{
          const places = [`{SHIPPED}/${{name}}/generator`, `{SHIPPED}/${{name}}`, `{OWN}/${{name}}`];
          const file = fs.readFileSync(places.map((place) => `${{place}}.safetensors`).find(fs.existsSync));
          const bytes = file.buffer.slice(file.byteOffset, file.byteOffset + file.byteLength);
          const card = `{SHIPPED}/${{name}}.json`;
          const told = fs.existsSync(card) ? JSON.parse(fs.readFileSync(card)) : {json.dumps(TOLD)};
          return gancore.networks[name](gancore.readSafetensors(bytes), told);
        }}
        {script}
        console.log(JSON.stringify(shown));
    """
    ran = subprocess.run(["node", "-"], input=setting, capture_output=True, text=True, timeout=60)
    assert ran.returncode == 0, ran.stderr
    return json.loads(ran.stdout)


def numbers(shown: list) -> torch.Tensor:
    return torch.tensor(shown, dtype=torch.float32)


@pytest.mark.parametrize(("count", "seed"), [(16, 0), (64, 1), (100, 2), (4 * 64, 99), (700, 12345)])
def test_a_seed_draws_the_numbers_that_pytorch_draws(count, seed):
    drawn = numbers(in_node(f"show(gancore.normals({count}, {seed}))"))[0]
    torch.testing.assert_close(drawn, seeded_latents(1, count, seed)[0], rtol=0, atol=1e-6)


@pytest.mark.parametrize("name", ["modern", "ungrouped", "dcgan", "mlp"])
def test_a_generator_draws_the_pixels_that_pytorch_draws(name):
    drawn = in_node(
        f'const g = network("{name}"); for (const z of gancore.seededLatents(4, g.latentDim, 5)) show(g.draw(z))'
    )
    expected = load_pretrained(name).sample(4, seed=5).flatten(1)
    torch.testing.assert_close(numbers(drawn), expected, **CLOSE)


@pytest.mark.parametrize("name", ["cmodern", "vae"])
def test_a_generator_that_is_told_a_class_draws_it(name):
    drawn = in_node(f"""
        const g = network("{name}"), z = gancore.seededLatents(4, g.latentDim, 6);
        {list(LABELS)}.forEach((label, i) => show(g.draw(z[i], g.codeOf(label))))""")
    expected = load_pretrained(name).sample(4, torch.tensor(LABELS), seed=6).flatten(1)
    torch.testing.assert_close(numbers(drawn), expected, **CLOSE)


def test_labels_are_blended_as_in_python():
    generator = load_pretrained("cmodern")
    shares = torch.zeros(4, 10)
    shares[:, 3], shares[:, 8] = 0.35, 0.65
    drawn = in_node("""
        const g = network("cmodern"), shares = Array(10).fill(0);
        shares[3] = 0.35; shares[8] = 0.65;
        for (const z of gancore.seededLatents(4, g.latentDim, 7)) show(g.draw(z, g.codeOf(shares)))""")
    expected = blend(generator.generator, seeded_latents(4, generator.latent_dim, 7), shares).flatten(1)
    torch.testing.assert_close(numbers(drawn), expected, **CLOSE)


def test_the_classifier_gives_the_logits_that_pytorch_gives():
    images = load_pretrained("modern").sample(4, seed=8)
    script = f'const c = network("digits-classifier"); for (const image of {images.flatten(1).tolist()}) '
    logits = numbers(in_node(script + "show(c.logits(Float32Array.from(image)))"))
    torch.testing.assert_close(logits, load_extractor("digits").logits(images), rtol=0, atol=2e-5)  # logits reach 20


def judge_of(name: str, network: torch.nn.Module) -> torch.nn.Module:
    """`network` with the weights that the site has as `name`, which may be a file or a part of one."""
    file, _, part = name.partition(":")
    weights = load_file(OWN / f"{file}.safetensors")
    network.load_state_dict(
        {key.removeprefix(f"{part}."): value for key, value in weights.items() if key.startswith(part)}
    )
    return network.eval().requires_grad_(False)


def test_judges_give_the_logits_that_pytorch_gives_and_believe_what_those_of_chapter_11_believe():
    images = torch.cat(list(doodles().values()))  # a dot, a face, a letter, and a house
    shown = in_node(f"""
        const images = {images.flatten(1).tolist()}.map((image) => Float32Array.from(image));
        const c = network("digits-classifier"), judges = network("judges"), d = network("young-discriminator");
        show(images.map((image) => judges.logit("scribbles", c.features(image))));
        show(images.map(d.logit));""")
    layers = torch.nn.Sequential(torch.nn.Linear(64, 128), torch.nn.LeakyReLU(0.2), torch.nn.Linear(128, 1))
    judge = judge_of("judges:scribbles", torch.nn.Sequential(*layers, torch.nn.Flatten(0)))
    of_features = judge(load_extractor("digits").features(images))
    discriminator = judge_of("young-discriminator", ModernDiscriminator(classes=60, grouped=True))
    expected = torch.stack([of_features, discriminator(images)])
    torch.testing.assert_close(numbers(shown), expected, rtol=1e-5, atol=1e-5)
    of_judge, of_discriminator = expected.sigmoid()
    assert of_judge[0] < 0.1 < 0.5 < of_judge[3], "the judge believes in a house, and not in a dot"
    assert (of_discriminator > 0.5).sum() >= 3, "D believes in most of them"


def test_what_d_looks_at_is_what_pytorch_says_it_looks_at():
    images = torch.cat(list(doodles().values()))
    *slopes, more, less = in_node(f"""
        const d = network("young-discriminator"), {{ peaks, touches }} = gancore.salient;
        const slopes = {images.flatten(1).tolist()}.map((image) => d.slopes(Float32Array.from(image)));
        slopes.forEach(show);
        const touched = touches(slopes[1]);
        [touched, touched.map((value) => -value)].forEach((heights) => show(peaks(heights)));""")
    discriminator = judge_of("young-discriminator", ModernDiscriminator(classes=60, grouped=True))
    wanted = saliency(discriminator, images)
    torch.testing.assert_close(numbers(slopes), wanted.flatten(1), **CLOSE)
    touched = avg_pool2d(wanted[1], salient.PEN, stride=1, padding=salient.PEN // 2, count_include_pad=False)[0]
    for found, heights in ((more, touched), (less, -touched)):
        assert found == [28 * y + x for y, x in salient.peaks(heights).tolist()]


def test_the_plane_is_decoded_as_by_pytorch():
    drawn = in_node('show(network("plane").draw(Float32Array.of(0.5, -1.5), [1]))')
    coder = Coder((1, 28, 28), latent_dim=2, classes=1)
    coder.load_state_dict(load_file(OWN / "plane.safetensors"), strict=False)  # it has no encoder
    expected = coder(torch.tensor([[0.5, -1.5]]), torch.tensor([0])).flatten(1).detach()
    torch.testing.assert_close(numbers(drawn), expected, **CLOSE)


def test_a_machine_takes_the_step_that_pytorch_takes():
    static, chance, lit = in_node("""
        const machines = network("machines"), uniform = gancore.uniforms(4), static = machines.start("5", uniform);
        const { chance, lit } = machines.step("5", static, uniform);
        [static, chance, lit].forEach(show);""")
    weight, visible, hidden, rates = (
        load_file(OWN / "machines.safetensors")[f"5.{part}"].float() for part in ("weight", "visible", "hidden", "lit")
    )
    first, of_units, last = torch.rand(784 + 64 + 784, generator=torch.Generator().manual_seed(4)).split((784, 64, 784))
    start = (first < rates).float()
    units = (of_units < (weight @ start + hidden).sigmoid()).float()
    expected = (units @ weight + visible).sigmoid()
    assert static == start.tolist()
    torch.testing.assert_close(torch.tensor(chance), expected, **CLOSE)
    assert lit == (last < expected).float().tolist()


@pytest.mark.parametrize("name", ["mlp", "dcgan", "cmodern"])
def test_a_seed_shows_the_twenty_of_python(name):
    greys = torch.arange(250, dtype=torch.uint8).view(-1, 1, 1, 1).expand(-1, 1, 28, 28)  # in place of real digits
    shown = in_node(f"""
        const real = Array.from({{ length: 250 }}, (_, grey) => new Float32Array(784).fill(grey / 127.5 - 1));
        const {{ truth, images }} = gancore.twenty(network("{name}"), real, 10);
        show(truth.map(Number));
        images.forEach(show);""")
    twenty = Twenty(Contest(load_pretrained(name), lambda images: images.flatten(1).mean(1), greys), seed=10)
    assert shown[0] == twenty.truth.tolist()
    torch.testing.assert_close(numbers(shown[1:]), twenty.images.flatten(1), **CLOSE)


def test_what_is_drawn_by_hand_becomes_the_same_pictures():
    digit, outline, (place, error) = in_node(f"""
        const points = {DRAWN}, digit = gancore.strokes.rasterise(points);
        show(digit);
        show(gancore.strokes.outlineOf(points, 48));
        show(gancore.nearest([digit.map(() => 0), digit.map((value) => 0.9 * value), digit.map(() => -1)], digit));""")
    image = rasterise(torch.tensor(DRAWN))
    torch.testing.assert_close(numbers(digit), image.flatten(), **CLOSE)
    expected = outline_of(torch.tensor(DRAWN), 48).flatten()
    torch.testing.assert_close(numbers(outline), expected, rtol=0, atol=2e-4)  # of torch.cdist, by matrix products
    assert place == 1
    assert error == pytest.approx(error_per_ink(0.9 * image, image).item(), abs=1e-5)


@pytest.mark.parametrize("name", ["pix2pix", "pix2pix-l1"])
def test_an_outline_is_coloured_as_by_pytorch(name):
    outline = outline_of(torch.tensor(DRAWN), 48)
    painted = in_node(f'show(network("{name}").paint(Float32Array.from({outline.flatten().tolist()}), 48))')
    torch.testing.assert_close(numbers(painted), load_shipped(name).paint(outline).flatten(1), **CLOSE)


@pytest.mark.parametrize(
    "chosen",
    [
        {"hair": "red", "length": "long", "glasses": "no glasses", "mouth": "smile", "shirt": "green"},
        {"skin": "dark", "hat": "hat", "beard": "no beard"},
        {"length": "short"},
    ],
)
def test_a_caption_is_read_drawn_and_judged_as_by_pytorch(chosen):
    *pictures, words = in_node(f"""
        const {{ captionOf, answer }} = gancore.captions, judge = network("avatars-judge-16");
        const told = answer(network("text2image"), {{ ...judge, card: {json.dumps(TOLD)} }}, {json.dumps(chosen)}, 3);
        told.pictures.forEach(show);
        show([told.caption, told.verdict]);""")
    expected = ask(load_shipped("text2image"), caption_of(chosen), 8, 3)
    assert words == [expected.caption, expected.verdict()]
    torch.testing.assert_close(numbers(pictures), expected.pictures.flatten(1), **CLOSE)


def test_shapes_and_ways_are_measured_as_in_python():
    generator = load_pretrained("modern")
    a, b = seeded_latents(4, generator.latent_dim, 9), seeded_latents(4, generator.latent_dim, 10)
    between = slerp(a, b, 0.3)
    images = generate(generator.generator, between)
    found = in_node("""
        const g = network("modern"), [a, b] = [9, 10].map((seed) => gancore.seededLatents(4, g.latentDim, seed));
        const z = a.map((from, i) => gancore.latents.slerp(from, b[i], 0.3)), images = z.map((each) => g.draw(each));
        z.forEach(show);
        show(images.map((image) => gancore.latents.slant(image)));
        show(images.map((image) => gancore.latents.thickness(image)));""")
    torch.testing.assert_close(numbers(found[:4]), between, rtol=0, atol=1e-5)
    torch.testing.assert_close(numbers(found[4:]), torch.stack([slant(images), thickness(images)]), rtol=0, atol=1e-5)


PLAYED = """
    const { LOSSES, discriminatorGradients, generatorGradients } = gancore.game;
    const game = gancore.planeGame.start(gancore.toys.toy("grid"), 3);
    const real = gancore.toys.sample(game.toy, 128, 4), z = gancore.normals(128 * 8, 5);
    const flat = (layers) => layers.flatMap(({ weight, bias }) => [...weight, ...bias]);
"""


def with_numbers(player: torch.nn.Module, flat: torch.Tensor) -> torch.nn.Module:
    torch.nn.utils.vector_to_parameters(flat, player.parameters())
    return player


IN_THE_LAB = ("non-saturating", "minimax", "least-squares", "hinge")
LEFT_OUT = ("wasserstein", "relativistic")  # need a penalty, and real logits with those of G


def test_every_loss_is_in_the_lab_of_the_site_or_is_known_to_be_left_out():
    (names,) = in_node("show(Object.keys(gancore.game.LOSSES))")
    assert tuple(names) == IN_THE_LAB
    assert {*IN_THE_LAB, *LEFT_OUT} == set(LOSSES)


@pytest.mark.parametrize("loss", IN_THE_LAB)
def test_players_in_the_plane_have_the_gradients_that_pytorch_has(loss):
    shown = in_node(
        PLAYED
        + f"""
        [real, z, flat(game.generator), flat(game.discriminator)].forEach(show);
        show(flat(generatorGradients(game, LOSSES["{loss}"], z)));
        show(flat(discriminatorGradients(game, LOSSES["{loss}"], real, z)));"""
    )
    real, z, *weights, of_generator, of_discriminator = map(torch.tensor, shown)
    players = PointGenerator(latent_dim=8), PointDiscriminator()
    generator, discriminator = map(with_numbers, players, weights)
    wanted, points, fake = make_loss(loss), real.view(-1, 2), generator(z.view(-1, 8))
    g_loss = wanted.generator(None, discriminator(fake))
    d_loss = wanted.discriminator(discriminator(points), discriminator(fake.detach()))
    for value, player, found in ((g_loss, generator, of_generator), (d_loss, discriminator, of_discriminator)):
        slopes = torch.autograd.grad(value, list(player.parameters()), retain_graph=True)
        torch.testing.assert_close(found, torch.cat([slope.flatten() for slope in slopes]), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("betas", [(0.0, 0.99), (0.5, 0.999)])  # of the lab in the plane, and of the lab on the line
def test_adam_steps_as_in_pytorch(betas):
    shown = in_node(
        f"const BETAS = {list(betas)};"
        + PLAYED
        + """
        const { optimiser, improve } = gancore.players, adam = optimiser(game.generator, BETAS);
        show(flat(game.generator));
        for (let step = 0; step < 4; step++) {
          const slopes = generatorGradients(game, LOSSES.hinge, gancore.normals(128 * 8, step));
          show(flat(slopes));
          improve(game.generator, slopes, adam, 1e-3);
        }
        show(flat(game.generator));"""
    )
    start, *slopes, end = map(torch.tensor, shown)
    weights = start.clone().requires_grad_()
    adam = torch.optim.Adam([weights], lr=1e-3, betas=betas)
    for slope in slopes:
        weights.grad = slope
        adam.step()
    torch.testing.assert_close(end, weights.detach(), rtol=0, atol=1e-6)


@pytest.mark.parametrize("name", ["ring", "grid", "moons", "spiral"])
def test_data_in_the_plane_are_those_of_python(name):
    centres, modes, points, found = in_node(f"""
        const {{ toy, sample, coverage }} = gancore.toys, data = toy("{name}"), points = sample(data, 4000, 1);
        [data.centres.flat(), data.modes.flat(), points].forEach(show);
        const wide = coverage(data, points.map((value) => 1.1 * value));
        show([wide.covered, wide.modes, wide.share, data.std]);""")
    data, points = make_toy(name), torch.tensor(points).view(-1, 2)
    torch.testing.assert_close(torch.tensor(centres).view(-1, 2), data.centres, rtol=0, atol=1e-5)
    torch.testing.assert_close(torch.tensor(modes).view(-1, 2), data.modes, rtol=0, atol=1e-5)
    wide = mode_coverage(1.1 * points, data.modes, data.radius)
    assert found == pytest.approx([wide.covered, wide.modes, wide.on_modes, data.std], abs=1e-3)
    spread = (points - points.mean(0)).square().mean(0)
    expected = data.centres.var(0, correction=0) + data.std**2
    torch.testing.assert_close(spread, expected, rtol=0.1, atol=0)


def test_a_game_in_the_plane_reaches_all_modes_and_is_decided_by_its_seed():
    plays = """
        const rules = { loss: "non-saturating", dRate: 2e-3, gRate: 1e-3 };
        const play = (seed) => {
          const game = gancore.planeGame.start(gancore.toys.toy("ring"), seed);
          gancore.game.play(game, rules, 30);
          return flat(game.generator);
        };
        [play(1), play(1), play(2)].forEach(show);
        gancore.game.play(game, rules, 500);
        show([gancore.planeGame.look(game, rules).coverage.covered]);"""
    first, again, other, (covered,) = in_node(PLAYED + plays)
    assert first == again
    assert first != other
    assert covered >= 23  # of the grid's 25; five seeds reached 24 or 25


LINE = """
    const game = gancore.lineGame.start(gancore.toys.toy("two bumps"), 3), rules = gancore.lineGame.RULES;
    const flat = (layers) => layers.flatMap(({ weight, bias }) => [...weight, ...bias]);
    gancore.game.play(game, rules, ROUNDS);
    [flat(game.generator), flat(game.discriminator)].forEach(show);
"""


def line_players(weights: list[list[float]]) -> GAN:
    players = PointGenerator(latent_dim=1, dim=1), PointDiscriminator(dim=1)
    return GAN(*map(with_numbers, players, map(torch.tensor, weights)), Minimax(), latent_dim=1)


@pytest.mark.parametrize("rounds", [0, 30])
def test_a_game_on_the_line_stands_as_python_works_it_out(rounds):
    *weights, verdict, best, fake, real, z, x, values = in_node(
        f"const ROUNDS = {rounds};"
        + LINE
        + """
        const seen = gancore.lineGame.look(game);
        const best = Array.from(seen.best, (b) => isNaN(b) ? -1 : b);
        [seen.verdict, best, seen.fake, seen.real, seen.z, seen.x].forEach(show);
        show([seen.value, seen.bestValue, seen.divergence]);"""
    )
    wanted = line_state(line_players(weights), DATA["two bumps"]())
    found = [torch.tensor(numbers, dtype=torch.double) for numbers in (verdict, best, real, z, x, values)]
    both = wanted.value, wanted.best_value, wanted.divergence
    expected = [wanted.verdict, wanted.best.nan_to_num(-1), wanted.real, wanted.z, wanted.x, torch.tensor(both)]
    for seen, known in zip(found, expected, strict=True):
        torch.testing.assert_close(seen, known.double(), rtol=1e-5, atol=1e-5)
    torch.testing.assert_close(
        WIDTH * torch.tensor(fake), WIDTH * wanted.fake.float(), rtol=0, atol=1e-6
    )  # of the mass


def test_players_on_the_line_have_the_gradients_that_pytorch_has():
    *weights, real, z, of_generator, of_discriminator = in_node(
        "const ROUNDS = 20;"
        + LINE
        + """
        const { LOSSES, discriminatorGradients, generatorGradients } = gancore.game;
        const real = gancore.toys.sample(game.toy, 128, 4), z = gancore.normals(128, 5);
        [real, z, flat(generatorGradients(game, LOSSES.minimax, z))].forEach(show);
        show(flat(discriminatorGradients(game, LOSSES.minimax, real, z)));"""
    )
    game = line_players(weights)
    fake = game.generator(torch.tensor(z)[:, None])
    g_loss = Minimax().generator(None, game.discriminator(fake))
    d_loss = Minimax().discriminator(game.discriminator(torch.tensor(real)[:, None]), game.discriminator(fake.detach()))
    pairs = (g_loss, game.generator, of_generator), (d_loss, game.discriminator, of_discriminator)
    for value, player, found in pairs:
        slopes = torch.autograd.grad(value, list(player.parameters()), retain_graph=True)
        expected = torch.cat([slope.flatten() for slope in slopes])
        torch.testing.assert_close(torch.tensor(found), expected, rtol=1e-5, atol=1e-6)


def test_the_lab_on_the_line_plays_by_the_rules_of_python_and_catches_up():
    names, rules, deviation, end = in_node("""
        const { RULES, start, look } = gancore.lineGame, data = gancore.toys.toy("one bump");
        show(gancore.toys.onTheLine);
        const game = start(data, 4);
        show([RULES.loss, RULES.dRate, RULES.gRate, RULES.dSteps, ...game.d.betas]);
        const points = Array.from(gancore.toys.sample(data, 4000, 1));
        const mean = points.reduce((a, b) => a + b) / 4000;
        show([mean, Math.sqrt(points.reduce((a, b) => a + (b - mean) ** 2, 0) / 4000)]);
        const before = look(game).divergence;
        gancore.game.play(game, RULES, 40);
        show([before, look(game).divergence]);""")
    assert names == list(DATA)
    assert rules == ["minimax", SETTINGS.d_lr, SETTINGS.g_lr, SETTINGS.d_steps, *SETTINGS.betas]
    assert deviation == pytest.approx([0.4, 0.2], abs=0.015)
    assert end[0] > 0.2 > 0.08 > end[1]  # of three seeds 0.24 or more at first, and 0.05 or less then


@pytest.mark.parametrize(
    ("forger", "points"),
    [
        ((-0.2, 0.35), []),
        ((0.3, 0.2), [(0.0, 0.0)]),
        ((0.1, 0.5), [(-0.9, -1.0), (-0.2, 0.7), (0.52, 0.4), (0.5, 1.0), (0.9, 0.2), (-0.19, 0.6)]),
    ],
)
def test_a_game_played_by_hand_stands_as_in_python(forger, points):
    verdict, values, words, best, kept = in_node(f"""
        const {{ newest, look, answer, describe }} = gancore.handGame, points = {[list(each) for each in points]};
        const forger = {{ mean: {forger[0]}, std: {forger[1]} }}, seen = look(forger, points);
        [seen.verdict, [seen.value, seen.bestValue], [describe(seen)]].forEach(show);
        [answer(forger), newest(points)].forEach((each) => show(each.flat()));""")
    game = HandGame(*forger, drawn_on(torch.tensor(points).view(-1, 2)))
    wanted, columns = game.look(), torch.linspace(-1, 1, 61, dtype=torch.double)
    torch.testing.assert_close(torch.tensor(verdict, dtype=torch.double), wanted.verdict, **CLOSE)
    assert values == pytest.approx([wanted.value, wanted.best_value], abs=1e-5)
    assert words == [describe(wanted)]
    expected = torch.stack([columns, 2 * game.answer(1.2 * columns) - 1], dim=1).flatten()
    torch.testing.assert_close(torch.tensor(best, dtype=torch.double), expected, **CLOSE)
    again = HandGame(*forger, drawn_on(torch.tensor(kept).view(-1, 2)))
    assert again.look().value == wanted.value  # what later strokes have replaced counts no more


@pytest.mark.parametrize("rules", [(0.0, 0.0, False), (0.3, 0.0, False), (0.05, 0.9, True)])
def test_two_numbers_go_the_way_that_they_go_in_python(rules):
    penalty, momentum, in_turns = rules
    told = json.dumps({"penalty": penalty, "momentum": momentum, "inTurns": in_turns})
    path = torch.tensor(in_node(f"gancore.dirac.play([1, 1], 0.1, 200, {told}).forEach(show)"), dtype=torch.double)
    wanted = dirac.play((1.0, 1.0), 0.1, 200, penalty=penalty, momentum=momentum, alternating=in_turns)
    torch.testing.assert_close(path, wanted, rtol=1e-9, atol=1e-9)


def test_a_lab_goes_back_and_plays_the_same_again():
    shown = in_node(f"""
        require({json.dumps(str(LIVE / "labworker.js"))});
        const rules = {{ loss: "hinge", dRate: 2e-3, gRate: 1e-3 }};
        globalThis.postMessage = ({{ fake, past, behind, rounds }}) => show([past, behind, rounds, ...fake]);
        const act = (what) => globalThis.onmessage({{ data: {{ rules, rounds: 2, ...what }} }});
        act({{ act: "start", data: "ring", seed: 1 }});
        for (let frame = 0; frame < 4; frame++) act({{ act: "play" }});
        for (const to of [3, 1, 4, 2]) act({{ act: "back", to }});
        act({{ act: "play" }});
        act({{ act: "generator" }});
        act({{ act: "play", rounds: 50, within: 0 }});""")
    frames, looked_back, (played, moved, hurried) = shown[:5], shown[5:9], shown[9:]
    points = [frame[3:] for frame in frames]
    assert [frame[:3] for frame in frames] == [[n, 0, 2 * n] for n in range(5)]
    assert [back[:3] for back in looked_back] == [[4, 1, 6], [4, 3, 2], [4, 0, 8], [4, 2, 4]]
    assert [back[3:] for back in looked_back] == [points[3], points[1], points[4], points[2]]
    assert played == frames[3]
    assert moved[:3] == [4, 0, 6]
    assert moved[3:] != played[3:]
    assert hurried[:3] == [5, 0, 7]  # where there is no time a frame has one round


@pytest.fixture(scope="module")
def word() -> torch.Tensor:
    """A word as it was said."""
    return load_waveforms()[0][3]


def test_a_sound_is_seen_as_in_python_and_comes_back(word):
    seen, again, voiced, file, under = in_node(f"""
        const {{ frequencies, painted, soundOf, spectrogram, toWav, voicing }} = gancore.sound;
        const sound = Float32Array.from({word.tolist()}), picture = spectrogram(sound);
        [picture, soundOf(frequencies(sound)), [voicing(sound)], toWav(sound)].forEach(show);
        show(painted([[0.1, 0.2], [-0.5, 0.9]], picture, 1.4));""")
    picture = sound.spectrogram(word)
    torch.testing.assert_close(numbers(seen), picture.flatten(), **CLOSE)
    torch.testing.assert_close(numbers(again), word, **CLOSE)
    assert voiced == pytest.approx([sound.voicing(word).item()], abs=1e-5)
    assert bytes(file) == sound.to_wav(word)
    expected = painted(torch.tensor([[0.1, 0.2], [-0.5, 0.9]]), picture, 1.4)
    torch.testing.assert_close(numbers(under), expected.flatten(), **CLOSE)


def test_a_picture_is_heard_as_in_python(word):
    picture = sound.spectrogram(word)
    *columns, few, heard, silence = in_node(f"""
        const {{ griffinLim, hear, magnitudesOf }} = gancore.sound;
        const picture = Float32Array.from({picture.flatten().tolist()}), magnitudes = magnitudesOf(picture);
        [...magnitudes, griffinLim(magnitudes, 4), hear(picture), hear(picture.fill(-1))].forEach(show);""")
    magnitudes = torch.tensor(columns, dtype=torch.double).T
    torch.testing.assert_close(magnitudes, sound.magnitudes_of(picture).double(), **CLOSE)
    torch.testing.assert_close(torch.tensor(few), sound.griffin_lim(magnitudes, 4).float(), **CLOSE)
    # Each round multiplies what single precision leaves: after 32 PyTorch itself is up to 1e-4 from what doubles give.
    torch.testing.assert_close(torch.tensor(heard), sound.hear(picture), rtol=0, atol=1e-3)
    assert set(silence) == {0}


def test_a_scan_is_measured_and_completed_as_by_pytorch():
    truth, rng = load_brain(FewLines()).every_held_out().real[20:21], torch.Generator().manual_seed(14)
    wanted_masks = [line_mask(96, 96, share, 7, rng) for share in (0.25, 0.08, 0.25)]
    painted_on = torch.tensor([[-0.4, 0.3], [0.01, -0.2], [0.99, 0.0]])
    *masks, under, points, strong, plain, l1, game, decibels = in_node(f"""
        const {{ lineMask, linesUnder, pointsOn, psnr, scan, strengths }} = gancore.scanning;
        const next = gancore.integers(14), masks = [0.25, 0.08, 0.25].map((share) => lineMask(96, share, next));
        [...masks, linesUnder({painted_on.tolist()}, 96), pointsOn(masks[0]).flat()].forEach(show);
        const truth = Float32Array.from({truth.flatten().tolist()});
        const answers = scan(truth, masks[0], [network("mri-l1"), network("mri")]);
        [strengths(truth, 96), ...answers, answers.map((answer) => psnr(answer, truth))].forEach(show);""")
    assert masks == [mask[0].tolist() for mask in wanted_masks]
    assert under == scanning.lines_under(painted_on, 96, 96)[0].tolist()
    assert points == pytest.approx(scanning.points_on(wanted_masks[0]).flatten().tolist(), abs=1e-6)
    expected = to_frequencies((truth[0, 0] + 1) / 2).abs().log1p().flatten()
    torch.testing.assert_close(numbers(strong), expected, **CLOSE)
    wanted = scanning.scan(truth, wanted_masks[0], {name: load_shipped(name) for name in ("mri-l1", "mri")})
    for answer, known in zip((plain, l1, game), wanted.answers.values(), strict=True):
        torch.testing.assert_close(numbers(answer), known.flatten(), **CLOSE)
    assert decibels == pytest.approx(list(wanted.decibels.values()), abs=1e-3)
