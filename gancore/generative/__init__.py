"""The GAN and its relatives: models that learn from images and draw new ones, all with `fit` and `sample`.

Two of them have a density that can be computed, `log_prob`; the others tell by what stands in its place. They
need scikit-learn, which importing this package loads. Importing it also makes `load_pretrained("vae")` known.
"""

from gancore.generative.gan import GenerativeAdversarialNetwork
from gancore.generative.mixture import GaussianMixture
from gancore.generative.model import GenerativeModel
from gancore.generative.naive_bayes import GaussianNaiveBayes
from gancore.generative.rbm import RestrictedBoltzmannMachine
from gancore.generative.shipped import AUTOENCODER
from gancore.generative.topics import LatentDirichletAllocation
from gancore.generative.vae import VariationalAutoencoder
from gancore.pretrained import ORIGINS

MODELS: dict[str, type[GenerativeModel]] = {
    "naive Bayes": GaussianNaiveBayes,
    "Gaussian mixture": GaussianMixture,
    "latent Dirichlet allocation": LatentDirichletAllocation,
    "restricted Boltzmann machine": RestrictedBoltzmannMachine,
    "variational autoencoder": VariationalAutoencoder,
    "generative adversarial network": GenerativeAdversarialNetwork,
}

ORIGINS["vae"] = AUTOENCODER

__all__ = [
    "MODELS",
    "GaussianMixture",
    "GaussianNaiveBayes",
    "GenerativeAdversarialNetwork",
    "GenerativeModel",
    "LatentDirichletAllocation",
    "RestrictedBoltzmannMachine",
    "VariationalAutoencoder",
]
