"""Trains what views of the site need and chapters throw away, as the chapters do: `python site/train.py`.

It stores the judges of chapters 10 and 11, and of chapter 03 the latent plane, some machines, and what all of its zoo
draws, in site/weights.
"""

import json
from pathlib import Path

import torch
from safetensors.torch import save_file
from sheets import in_rows
from torch import Tensor

from gancore.analysis.ranking import RankedDiscriminator
from gancore.analysis.scribbles import scribbles
from gancore.data import load, to_float, to_uint8
from gancore.data.images import ImageData
from gancore.generative import (
    GaussianMixture,
    GaussianNaiveBayes,
    GenerativeAdversarialNetwork,
    GenerativeModel,
    LatentDirichletAllocation,
    RestrictedBoltzmannMachine,
    VariationalAutoencoder,
)
from gancore.lessons.trial import fit_and_draw
from gancore.metrics.classifier import load_extractor
from gancore.metrics.classifier_training import held_out_split
from gancore.metrics.judge import train_judge
from gancore.pretrained import load_pretrained, to_half_precision
from gancore.training.gan import GAN
from gancore.training.losses import NonSaturating
from gancore.training.recipes import RECIPES
from gancore.training.trainer import Settings, Trainer

WEIGHTS = Path(__file__).resolve().parent / "weights"
MACHINES = (2, 4, 5, 8)  # whose chains chapter 03 shows
CONTESTS = ("mlp", "dcgan", "ungrouped", "cmodern")  # the generators that a reader is shown in chapter 10
DRAWN = 30  # digits of each class that the page of chapter 03 has of each model
SEED = 11
QUANTILES = 100


def main() -> None:
    WEIGHTS.mkdir(exist_ok=True)
    store("judges", named(judges()))
    ranked = young_discriminator()
    ranks = {"real": quantiles(ranked.on_real), "generated": quantiles(ranked.on_generated)}
    store("young-discriminator", ranked.discriminator.state_dict(), ranks)
    store("machines", named(machines()))
    store("plane", *plane())
    store_zoo()


def store(name: str, weights: dict[str, Tensor], card: dict | None = None) -> None:
    save_file(to_half_precision(weights), WEIGHTS / f"{name}.safetensors")
    if card is not None:
        (WEIGHTS / f"{name}.json").write_text(json.dumps(card) + "\n", encoding="utf-8")


def named(networks: dict[str, dict[str, Tensor]]) -> dict[str, Tensor]:
    """The weights of several networks, each after the network's name."""
    return {f"{name}.{part}": value for name, weights in networks.items() for part, value in weights.items()}


def machines() -> dict[str, dict[str, Tensor]]:
    """Of chapter 03's machines those of some digits, with how often each pixel of these is lit."""
    learnt, _ = halves()
    machine = RestrictedBoltzmannMachine(hidden=64)
    machine.fit(to_float(learnt.images), learnt.labels)
    return {
        str(digit): {
            "weight": torch.from_numpy(machine.parts[digit].components_).float(),
            "visible": torch.from_numpy(machine.parts[digit].intercept_visible_).float(),
            "hidden": torch.from_numpy(machine.parts[digit].intercept_hidden_).float(),
            "lit": torch.from_numpy(machine.rates[digit]).float(),
        }
        for digit in MACHINES
    }


def plane() -> tuple[dict[str, Tensor], dict]:
    """The decoder of chapter 03's autoencoder with two latents, and where its encoder puts unseen digits."""
    learnt, unseen = halves()
    flat = VariationalAutoencoder(latent_dim=2).fit(to_float(learnt.images[::2]))
    codes, _ = flat.encode(to_float(unseen.images))
    places = [[round(value, 3) for value in code] for code in codes.tolist()]
    decoder = {name: value for name, value in flat.coder.state_dict().items() if name.startswith("decoder")}
    return decoder, {"classes": 1, "codes": places, "labels": unseen.labels.tolist()}


def store_zoo() -> None:
    """What every model of chapter 03 draws of each class, in a row for each of both."""
    models = zoo()
    drawn = [model.sample(DRAWN, label, seed=label) for model in models.values() for label in range(10)]
    in_rows(to_uint8(torch.cat(drawn)), DRAWN).save(WEIGHTS / "zoo.png", optimize=True)
    (WEIGHTS / "zoo.json").write_text(json.dumps({"names": list(models)}) + "\n", encoding="utf-8")


def zoo() -> dict[str, GenerativeModel]:
    """The models of chapter 03, fitted as there: the perceptrons for as many seconds as the convolutions need."""
    learnt, _ = halves()
    models = {
        "naive Bayes": GaussianNaiveBayes(),
        "Gaussian mixture": GaussianMixture(components=3),
        "latent Dirichlet allocation": LatentDirichletAllocation(topics=40),
        "restricted Boltzmann machine": RestrictedBoltzmannMachine(hidden=64),
        "variational autoencoder": VariationalAutoencoder(latent_dim=6),
        "GAN, convolutions": GenerativeAdversarialNetwork(),
    }
    seconds = {name: fit_and_draw(model, learnt).fit_seconds for name, model in models.items()}
    plain = GenerativeAdversarialNetwork(players="mlp", seconds=seconds["GAN, convolutions"])
    return models | {"GAN, perceptrons": plain.fit(to_float(learnt.images), learnt.labels)}


def halves() -> tuple[ImageData, ImageData]:
    """The digits that chapter 03 learns from, and those that it keeps aside."""
    digits = load("digits")
    learn, keep = held_out_split(digits.labels)
    return digits.subset(learn), digits.subset(keep)


def judges() -> dict[str, dict[str, Tensor]]:
    """The weights of a judge of each contest, and of the one of chapter 11 that has met scribbles."""
    digits, reader = load("digits"), load_extractor("digits")
    features = reader.features(to_float(digits.images))
    known, _ = held_out_split(digits.labels)
    found = {}
    for name in CONTESTS:
        drawn = to_float(to_uint8(load_pretrained(name).sample(3000, seed=1)))[:2000]
        found[name] = train_judge(features[known], reader.features(drawn)).state_dict()
    turned = [scribbles(150, seed=SEED).rot90(quarter, (2, 3)) for quarter in range(4)]
    no_digits = torch.cat([view for each in turned for view in (each, each.flip(3))])
    training, _ = split()
    real = reader.features(to_float(digits.images[training]))
    found["scribbles"] = train_judge(real, reader.features(no_digits), seed=SEED).state_dict()
    return found


def split() -> tuple[Tensor, Tensor]:
    """The digits of chapter 11 that are learnt from, and the thousand that are held back."""
    order = torch.randperm(5000, generator=torch.Generator().manual_seed(SEED))
    return order[1000:], order[:1000]


def young_discriminator() -> RankedDiscriminator:
    """The discriminator of chapter 11: after 300 rounds, and 200 moves more against an opponent that stands still."""
    digits = load("digits")
    learnt, held_back = split()
    training = digits.subset(learnt)
    young = RECIPES["modern"].change(loss="non-saturating").trainer(training, seed=SEED, device="cpu")
    young.run(steps=300)
    still = GAN(
        young.average.module, young.game.discriminator, NonSaturating(), young.game.latent_dim, r1=0.1, penalty_every=8
    )
    lessons = Trainer(still, training, Settings(batch_size=64, d_lr=5e-4), seed=SEED, device="cpu")
    still.generator.eval()
    for _ in range(200):
        lessons.discriminator_step()
    real = to_float(digits.images[held_back])
    return RankedDiscriminator(still.discriminator, real, young.sample(1000, seed=SEED))


def quantiles(logits: Tensor) -> list[float]:
    """The logits below which half a per cent of all are, one and a half, and so on."""
    shares = (torch.arange(QUANTILES) + 0.5) / QUANTILES
    return [round(value, 2) for value in logits.quantile(shares).tolist()]


if __name__ == "__main__":
    main()
