"""The loop that tutorials teach in plain PyTorch: fp32, default layout, every image a PIL image on its way in.

It is written to be as simple as they are, and without any of what makes `gancore` faster: no bf16, no
channels_last, two backward passes in the discriminator's move, gradients for the discriminator's weights in the
generator's move too, and a look at both losses in every step.
"""

from collections.abc import Iterator

import torch
from PIL import Image
from torch import Tensor, nn
from torch.utils.data import DataLoader, Dataset
from torchvision import transforms

from benchmarks.timing import Advance
from gancore.data import ImageData, load
from gancore.models import DCGANDiscriminator, DCGANGenerator
from gancore.training.recipes import get_recipe
from gancore.training.trainer import Settings

LATENT_DIM = 100


class Pictures(Dataset):
    """Examples the way torchvision serves MNIST: an array, of which each item becomes a PIL image first."""

    def __init__(self, data: ImageData) -> None:
        self.pixels = data.images[:, 0].numpy()
        self.transform = transforms.Compose([transforms.ToTensor(), transforms.Normalize((0.5,), (0.5,))])

    def __len__(self) -> int:
        return len(self.pixels)

    def __getitem__(self, index: int) -> Tensor:
        return self.transform(Image.fromarray(self.pixels[index]))


def perceptron_generator() -> nn.Module:
    return nn.Sequential(
        nn.Linear(LATENT_DIM, 256),
        nn.LeakyReLU(0.2),
        nn.Linear(256, 512),
        nn.LeakyReLU(0.2),
        nn.Linear(512, 1024),
        nn.LeakyReLU(0.2),
        nn.Linear(1024, 784),
        nn.Tanh(),
        nn.Unflatten(1, (1, 28, 28)),
    )


def perceptron_discriminator() -> nn.Module:
    return nn.Sequential(
        nn.Flatten(),
        nn.Linear(784, 1024),
        nn.LeakyReLU(0.2),
        nn.Dropout(0.3),
        nn.Linear(1024, 512),
        nn.LeakyReLU(0.2),
        nn.Dropout(0.3),
        nn.Linear(512, 256),
        nn.LeakyReLU(0.2),
        nn.Dropout(0.3),
        nn.Linear(256, 1),
        nn.Flatten(0),
        nn.Sigmoid(),
    )


class PlainLoop:
    """Plays `generator` against `discriminator`, which gives probabilities `(N,)`, with the rates of `settings`.

    New pictures are generated for each move; with `share_fakes` both players move on the same, as in PyTorch's own
    DCGAN example.
    """

    def __init__(
        self,
        generator: nn.Module,
        discriminator: nn.Module,
        data: ImageData,
        settings: Settings,
        share_fakes: bool = False,
    ) -> None:
        self.generator, self.discriminator = generator, discriminator
        self.share_fakes = share_fakes
        self.g_batch = settings.generator_batch_size or settings.batch_size
        self.loader = DataLoader(Pictures(data), batch_size=settings.batch_size, shuffle=True, drop_last=True)
        self.batches = self.forever()
        self.criterion = nn.BCELoss()
        self.d_optimizer = torch.optim.Adam(discriminator.parameters(), lr=settings.d_lr, betas=settings.betas)
        self.g_optimizer = torch.optim.Adam(generator.parameters(), lr=settings.g_lr, betas=settings.betas)
        self.losses: list[tuple[float, float]] = []

    def forever(self) -> Iterator[Tensor]:
        while True:
            yield from self.loader

    def step(self) -> None:
        real = next(self.batches)
        self.d_optimizer.zero_grad()
        real_loss = self.criterion(self.discriminator(real), torch.ones(len(real)))
        real_loss.backward()
        fake = self.generator(torch.randn(len(real), LATENT_DIM))
        fake_loss = self.criterion(self.discriminator(fake.detach()), torch.zeros(len(real)))
        fake_loss.backward()
        self.d_optimizer.step()

        self.g_optimizer.zero_grad()
        if not self.share_fakes:
            fake = self.generator(torch.randn(self.g_batch, LATENT_DIM))
        g_loss = self.criterion(self.discriminator(fake), torch.ones(self.g_batch))
        g_loss.backward()
        self.g_optimizer.step()
        self.losses.append((real_loss.item() + fake_loss.item(), g_loss.item()))

    def advance(self, steps: int) -> None:
        for _ in range(steps):
            self.step()


def perceptron_loop() -> PlainLoop:
    """The game of the recipe `mlp`."""
    return PlainLoop(perceptron_generator(), perceptron_discriminator(), load(), get_recipe("mlp").settings)


def dcgan_loop(share_fakes: bool = False) -> PlainLoop:
    """The game of the recipe `dcgan`, with that recipe's own networks."""
    discriminator = nn.Sequential(DCGANDiscriminator(), nn.Sigmoid())
    return PlainLoop(DCGANGenerator(LATENT_DIM), discriminator, load(), get_recipe("dcgan").settings, share_fakes)


def plain_perceptrons() -> Advance:
    return perceptron_loop().advance


def plain_dcgan(share_fakes: bool = False) -> Advance:
    return dcgan_loop(share_fakes).advance
