"""The game of the recipe `mlp` as tutorials play it in Keras 3 on TensorFlow: `predict`, then `train_on_batch`.

Keras is imported inside, since the extra `bench` is optional and an import takes seconds.
"""

import importlib.util
import os
from typing import TYPE_CHECKING

import numpy as np
import torch

from benchmarks.timing import Advance
from gancore.data import load, to_float
from gancore.training.recipes import get_recipe

if TYPE_CHECKING:
    import keras

LATENT_DIM = 100


def keras_is_installed() -> bool:
    return all(importlib.util.find_spec(name) for name in ("keras", "tensorflow"))


def import_keras() -> None:
    """Import Keras with TensorFlow under it, as many threads as torch has, and without its start-up messages."""
    os.environ |= {"KERAS_BACKEND": "tensorflow", "TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": "-1"}
    import keras  # noqa: F401
    import tensorflow

    tensorflow.config.threading.set_intra_op_parallelism_threads(torch.get_num_threads())


def keras_generator() -> "keras.Sequential":
    from keras import Input, Sequential, layers

    return Sequential(
        [
            Input((LATENT_DIM,)),
            layers.Dense(256),
            layers.LeakyReLU(negative_slope=0.2),
            layers.Dense(512),
            layers.LeakyReLU(negative_slope=0.2),
            layers.Dense(1024),
            layers.LeakyReLU(negative_slope=0.2),
            layers.Dense(784, activation="tanh"),
            layers.Reshape((28, 28, 1)),
        ]
    )


def keras_discriminator() -> "keras.Sequential":
    from keras import Input, Sequential, layers

    return Sequential(
        [
            Input((28, 28, 1)),
            layers.Flatten(),
            layers.Dense(1024),
            layers.LeakyReLU(negative_slope=0.2),
            layers.Dropout(0.3),
            layers.Dense(512),
            layers.LeakyReLU(negative_slope=0.2),
            layers.Dropout(0.3),
            layers.Dense(256),
            layers.LeakyReLU(negative_slope=0.2),
            layers.Dropout(0.3),
            layers.Dense(1, activation="sigmoid"),
        ]
    )


class KerasLoop:
    """Two compiled models: the discriminator, and both players in a row with the discriminator frozen."""

    def __init__(self) -> None:
        import_keras()
        from keras import Sequential
        from keras.optimizers import Adam

        settings = get_recipe("mlp").settings
        self.d_batch, self.g_batch = settings.batch_size, settings.generator_batch_size
        self.images = to_float(load().images).permute(0, 2, 3, 1).numpy()
        self.generator, self.discriminator = keras_generator(), keras_discriminator()
        self.discriminator.compile(loss="binary_crossentropy", optimizer=Adam(settings.d_lr, *settings.betas))
        self.both = Sequential([self.generator, self.discriminator])
        self.both.compile(loss="binary_crossentropy", optimizer=Adam(settings.g_lr, *settings.betas))
        self.losses: list[tuple[float, float]] = []

    def step(self) -> None:
        real = self.images[np.random.randint(0, len(self.images), self.d_batch)]
        fake = self.generator.predict(np.random.normal(size=(self.d_batch, LATENT_DIM)), verbose=0)
        examples = np.concatenate([real, fake])
        targets = np.concatenate([np.ones((self.d_batch, 1)), np.zeros((self.d_batch, 1))])
        self.discriminator.trainable = True
        d_loss = self.discriminator.train_on_batch(examples, targets)

        self.discriminator.trainable = False
        z = np.random.normal(size=(self.g_batch, LATENT_DIM))
        g_loss = self.both.train_on_batch(z, np.ones((self.g_batch, 1)))
        self.losses.append((float(d_loss), float(g_loss)))

    def advance(self, steps: int) -> None:
        for _ in range(steps):
            self.step()


def keras_perceptrons() -> Advance:
    return KerasLoop().advance
