"""Few labels: which examples get one, and how far a linear probe or a small network comes with them.

What needs no label, such as the scale of the features, is learnt from all examples that there are to learn from.
"""

from dataclasses import dataclass

import torch
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, StratifiedKFold
from threadpoolctl import threadpool_limits
from torch import Tensor

from gancore.lessons.small_network import train_network

STRENGTHS = (1.0, 0.1, 0.01)  # values of C to choose from: a small one ties the weights more closely to 0
UNCHOSEN = 1.0  # the value of C where a class has a single example, and nothing can be held out
MOST_FOLDS = 5
FIT = {"tol": 1e-3, "max_iter": 1000}  # near enough: closer than this, no answer changes that is worth the time


def evenly(labels: Tensor, count: int, seed: int) -> Tensor:
    """The places, int64 `(count,)`, of as many examples of each class, `count` in all, drawn anew for each `seed`."""
    order = torch.randperm(len(labels), generator=torch.Generator().manual_seed(seed))
    classes = labels.unique()
    return torch.cat([order[labels[order] == label][: count // len(classes)] for label in classes])


def scaled(features: Tensor, learnt_from: Tensor) -> Tensor:
    """Features `(N, D)`, centred, and divided by one number that makes their mean variance 1, both over the examples at
    the places `learnt_from`."""
    centred = features - features[learnt_from].mean(0)
    return centred / centred[learnt_from].square().mean().sqrt()


def principal_components(images: Tensor, count: int, learnt_from: Tensor) -> Tensor:
    """The first `count` principal components `(N, count)` of images, found in those at the places `learnt_from`."""
    pixels = images.flatten(1).double()
    pixels = pixels - pixels[learnt_from].mean(0)
    axes = torch.linalg.eigh(pixels[learnt_from].T @ pixels[learnt_from]).eigenvectors
    return (pixels @ axes[:, -count:].flip(1)).float()


@threadpool_limits.wrap(limits=1, user_api="blas")  # for products as small as these, two threads take ten times as long
def fit_probe(features: Tensor, labels: Tensor) -> LogisticRegression | GridSearchCV:
    """Logistic regression of `labels` `(N,)` on `features` `(N, D)`, with the C that does best where each fold is held
    out in its turn.

    With a single example of some class nothing can be held out, and C is `UNCHOSEN`.
    """
    fewest = int(labels.unique(return_counts=True)[1].min())
    if fewest < 2:
        return LogisticRegression(C=UNCHOSEN, **FIT).fit(features.numpy(), labels.numpy())
    folds = StratifiedKFold(min(fewest, MOST_FOLDS), shuffle=True, random_state=0)
    return GridSearchCV(LogisticRegression(**FIT), {"C": STRENGTHS}, cv=folds).fit(features.numpy(), labels.numpy())


def paired(ours: Tensor, control: Tensor) -> tuple[Tensor, Tensor]:
    """The mean difference of two accuracies of the same draws, each `(draws,)`, and the standard error of that mean."""
    differences = ours - control
    return differences.mean(), differences.std() / len(differences) ** 0.5


def within(features: Tensor, chosen: Tensor, tested: Tensor) -> tuple[Tensor, Tensor]:
    """Features at the places `chosen` and at those `tested`, in coordinates of the space that the chosen ones span.

    The best weights lie in that space, since any part outside of it costs and changes no answer. So ten examples leave
    ten numbers of a thousand, and a probe is fitted in a moment.
    """
    if len(chosen) >= features.shape[1]:
        return features[chosen], features[tested]
    axes = torch.linalg.qr(features[chosen].T).Q
    return features[chosen] @ axes, features[tested] @ axes


@dataclass(frozen=True)
class Exam:
    """What everybody is asked: the `labels` `(N,)` of the examples at the places `tested`, which nobody learns from."""

    labels: Tensor
    tested: Tensor

    def probe(self, features: Tensor, chosen: Tensor) -> float:
        """The share of right answers, in per cent, of a linear probe of `features` `(N, D)` that is told the labels at
        the places `chosen`."""
        learnt, asked = within(features, chosen, self.tested)
        answers = fit_probe(learnt, self.labels[chosen]).predict(asked.numpy())
        return self.grade(torch.from_numpy(answers))

    def network(self, images: Tensor, chosen: Tensor, seed: int = 0) -> float:
        """The same of a small convolutional network, which learns from the `images` at the places `chosen` alone."""
        network = train_network(images[chosen], self.labels[chosen], seed)
        with torch.no_grad():
            return self.grade(network(images[self.tested]).argmax(1))

    def grade(self, answers: Tensor) -> float:
        return 100 * (answers == self.labels[self.tested]).float().mean().item()
