"""The networks of the site, in JavaScript, against PyTorch: the same weights and latents give the same pixels."""

import json
import shutil
import subprocess

import pytest
import torch
from helpers.places import REPOSITORY

import gancore.generative.vae  # noqa: F401  its weights become known
from gancore.analysis.hands import blend
from gancore.analysis.latents import slerp
from gancore.analysis.shapes import slant, thickness
from gancore.metrics.classifier import load_extractor
from gancore.models.sampling import generate, seeded_latents
from gancore.pretrained import SHIPPED, load_pretrained

LIVE = REPOSITORY / "site" / "live"
FILES = ("safetensors", "random", "layers", "modern", "dcgan", "perceptrons", "classifier", "latents")
CLOSE = {"rtol": 0, "atol": 1e-5}  # in pixels of [-1, 1]
LABELS = (0, 3, 7, 8)

pytestmark = pytest.mark.skipif(shutil.which("node") is None, reason="There is no node to run JavaScript in.")


def in_node(script: str) -> list:
    """What `script`, which gets `network(name)`, passes to `show`."""
    read = "\n".join(f"require({json.dumps(str(LIVE / f'{name}.js'))});" for name in FILES)
    setting = f"""
        {read}
        const fs = require("fs"), gancore = globalThis.gancore, shown = [];
        const show = (values) => shown.push(Array.from(values));
        function network(name) {{
          const file = fs.readFileSync(`{SHIPPED}/${{name}}.safetensors`);
          const bytes = file.buffer.slice(file.byteOffset, file.byteOffset + file.byteLength);
          const card = `{SHIPPED}/${{name}}.json`;
          const told = fs.existsSync(card) ? JSON.parse(fs.readFileSync(card)) : {{}};
          return gancore.networks[name](gancore.readSafetensors(bytes), told);
        }}
        {script}
        console.log(JSON.stringify(shown));
    """
    ran = subprocess.run(["node", "-e", setting], capture_output=True, text=True, timeout=60)
    assert ran.returncode == 0, ran.stderr
    return json.loads(ran.stdout)


def numbers(shown: list) -> torch.Tensor:
    return torch.tensor(shown, dtype=torch.float32)


@pytest.mark.parametrize(("count", "seed"), [(16, 0), (64, 1), (100, 2), (4 * 64, 99), (700, 12345)])
def test_a_seed_draws_the_numbers_that_pytorch_draws(count, seed):
    drawn = numbers(in_node(f"show(gancore.normals({count}, {seed}))"))[0]
    torch.testing.assert_close(drawn, seeded_latents(1, count, seed)[0], rtol=0, atol=1e-6)


@pytest.mark.parametrize("name", ["modern", "dcgan", "mlp"])
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
