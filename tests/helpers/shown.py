"""Every plot and every view of the course, with something small to show: for tests that go through all of them."""

import inspect
from collections.abc import Callable
from functools import cache
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from tempfile import mkdtemp

import torch
from ipywidgets import Widget
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image
from torch import Tensor, nn

import gancore.plots
from gancore.analysis.latents import Inverter
from gancore.analysis.ranking import RankedDiscriminator
from gancore.data import load, toys
from gancore.data.avatars import load_avatars
from gancore.generative import GaussianNaiveBayes
from gancore.lessons.asking import ask
from gancore.lessons.by_hand import HandGame
from gancore.lessons.contest import Contest
from gancore.lessons.duel import Duel
from gancore.lessons.failures import HEALTHY
from gancore.lessons.few_labels import Exam
from gancore.lessons.journeys import travel
from gancore.lessons.line import line_state
from gancore.lessons.passage import MOVES, NOWHERE, Passage, send
from gancore.lessons.plane import plane_state
from gancore.lessons.predictions.kinds import find_prediction
from gancore.lessons.rare.remedies import REMEDIES
from gancore.lessons.rare.results import Results
from gancore.lessons.ring_run import Run
from gancore.lessons.scanning import scan
from gancore.lessons.spending import Spending
from gancore.lessons.zoo import Zoo
from gancore.metrics.hearing import Listener
from gancore.models import DCGANDiscriminator, ModernDiscriminator, PointDiscriminator, PointGenerator
from gancore.models.sampling import seeded_latents
from gancore.plots import asked as of_asked
from gancore.plots import captioned as of_captioned
from gancore.plots import contact_sheet as of_contact_sheet
from gancore.plots import detection as of_detection
from gancore.plots import failures as of_failures
from gancore.plots import feature_maps as of_feature_maps
from gancore.plots import few_labels as of_few_labels
from gancore.plots import foreseen as of_foreseen
from gancore.plots import images as of_images
from gancore.plots import joint as of_joint
from gancore.plots import journeys as of_journeys
from gancore.plots import labels as of_labels
from gancore.plots import line as of_line
from gancore.plots import pairs as of_pairs
from gancore.plots import passage as of_passage
from gancore.plots import plane as of_plane
from gancore.plots import rare as of_rare
from gancore.plots import salient as of_salient
from gancore.plots import scans as of_scans
from gancore.plots import scene as of_scene
from gancore.plots import sound as of_sound
from gancore.plots import style as of_style
from gancore.plots import training as of_training
from gancore.plots import zoo as of_zoo
from gancore.pretrained import Pretrained, load_pretrained
from gancore.pretrained_runs import load_shipped
from gancore.training.cyclegan import TwoWays
from gancore.training.gan import GAN
from gancore.training.losses import Minimax
from gancore.training.recorders import History, Snapshot
from gancore.widgets.blend import LabelBlend
from gancore.widgets.by_hand import PlayByHand
from gancore.widgets.chips import WordChips
from gancore.widgets.classgrid import ClassGrid
from gancore.widgets.clusters import ClusterExplorer
from gancore.widgets.colouring import Colouring
from gancore.widgets.dirac import DiracExplorer
from gancore.widgets.drawer import Drawer
from gancore.widgets.duel import DetectorDuel
from gancore.widgets.explorer import LatentExplorer
from gancore.widgets.failure import FailureLab
from gancore.widgets.feature_maps import FeatureMaps
from gancore.widgets.joint import JointExplorer
from gancore.widgets.journey import JourneyView, Route
from gancore.widgets.lab import Lab
from gancore.widgets.line import LineLab
from gancore.widgets.listening import BlindListening
from gancore.widgets.own_digits import OwnDigits
from gancore.widgets.pad import DigitPad
from gancore.widgets.passage import ThereAndBack
from gancore.widgets.predict import PredictionBox, predict
from gancore.widgets.quiz import QuizBox, quiz
from gancore.widgets.rare import RareDial
from gancore.widgets.real_or_fake import RealOrDrawn
from gancore.widgets.scanner import Scanner
from gancore.widgets.sound_pad import SoundPad
from gancore.widgets.spend_labels import SpendLabels
from gancore.widgets.walk import InterpolationFilm
from gancore.widgets.weighing import Weighing
from gancore.widgets.writer import NumberWriter
from gancore.widgets.zoo import ZooView
from helpers.album import Album
from helpers.copyist import Copyist

Drawn = Figure | Image.Image
NAMES = ("one", "other")


def plots_there_are() -> set[str]:
    """The names of all functions of gancore.plots that give back a picture."""
    modules = [import_module(f"gancore.plots.{module.name}") for module in iter_modules(gancore.plots.__path__)]
    functions = [(module, one) for module in modules for one in vars(module).values() if inspect.isfunction(one)]
    return {
        f"{module.__name__.rpartition('.')[2]}.{one.__name__}"
        for module, one in functions
        if one.__module__ == module.__name__ and one.__annotations__.get("return") in (Figure, Image.Image)
    }


def images(count: int = 8) -> Tensor:
    return torch.rand(count, 1, 28, 28, generator=torch.Generator().manual_seed(0)) * 2 - 1


def points(count: int = 40, dim: int = 2) -> Tensor:
    return torch.randn(count, dim, generator=torch.Generator().manual_seed(0)) / 3


@cache
def history() -> History:
    found = History(every=1)
    for round_ in range(1, 30):
        found.rows.append({"round": round_, "d_loss": 1.0, "g_loss": 0.7, "d_real": 0.5, "d_fake": 0.6})
    return found


@cache
def failing() -> Run:
    return Run(HEALTHY.change(rounds=20)).play()


@cache
def game(dim: int) -> GAN:
    return GAN(PointGenerator(latent_dim=dim, dim=dim), PointDiscriminator(dim=dim), Minimax(), latent_dim=dim)


@cache
def zoo() -> Zoo:
    digits = load("digits")
    place = torch.arange(len(digits)) % 500
    found = Zoo(digits.subset(place < 30), digits.subset((place >= 100) & (place < 110)))
    found.admit("naive Bayes", GaussianNaiveBayes())
    return found


@cache
def modern() -> Pretrained:
    return load_pretrained("modern")


@cache
def copyist() -> Copyist:
    return Copyist(load("digits"))


@cache
def layers() -> nn.Sequential:
    discriminator = DCGANDiscriminator()
    return nn.Sequential(*discriminator.features, discriminator.head)


@cache
def ranked() -> RankedDiscriminator:
    return RankedDiscriminator(ModernDiscriminator().eval(), images(20), images(20))


class Same:
    """A painter that gives back what it was given, in `channels`."""

    def __init__(self, channels: int = 1) -> None:
        self.channels = channels

    def paint(self, given: Tensor) -> Tensor:
        return given[:, :1].expand(-1, self.channels, -1, -1)


def sound() -> Tensor:
    return torch.randn(4096, generator=torch.Generator().manual_seed(0)) / 4


@cache
def ears() -> Listener:
    return Listener.learn(torch.randn(8, 1, 32, 32, generator=torch.Generator().manual_seed(0)), torch.arange(8) % 2)


def two_ways() -> TwoWays:
    return TwoWays(nn.Identity(), nn.Identity())


@cache
def contest() -> Contest:
    return Contest(modern(), ModernDiscriminator().eval(), load("digits").images)


@cache
def contest_of_avatars() -> Contest:
    return Contest(load_shipped("faces-nearest"), lambda images: images.mean((1, 2, 3)), load_avatars().images)


def measured() -> Results:
    return Results((1, 10), torch.rand(2, 1, len(REMEDIES), 2, 10), torch.zeros(2, 3, 8, 1, 28, 28, dtype=torch.uint8))


@cache
def duel() -> Duel:
    return Duel(lambda images: images.mean((1, 2, 3)), images(250), {"some": images(20)})


def passed() -> Passage:
    return send(game(2).generator, game(2).discriminator, torch.zeros(2), MOVES[0], NOWHERE)


def digits_in_the_plane() -> tuple[Tensor, Tensor, Tensor]:
    return points(60), images(60), torch.arange(60) % 10


def canvas() -> FigureCanvasAgg:
    found = FigureCanvasAgg(of_style.figure()[0])
    found.draw()
    return found


def spending() -> Spending:
    labels, seen = torch.arange(60) % 10, images(60)
    return Spending(Exam(labels, torch.arange(48, 60)), seen, {"some": seen.flatten(1)}, torch.arange(48))


def grid() -> tuple[Tensor, Tensor, Tensor]:
    line = torch.linspace(-1, 1, 8)
    return line, line, torch.rand(8, 8)


PLOTS: dict[str, Callable[[], Drawn]] = {
    "asked.asked": lambda: of_asked.asked(images(4).view(2, 2, 1, 28, 28), NAMES, torch.ones(2, 2, dtype=torch.bool)),
    "contact_sheet.contact_sheet": lambda: of_contact_sheet.contact_sheet([Snapshot(0, 0.0, images())]),
    "detection.spectra": lambda: of_detection.spectra({"some": points(1, 20)[0]}),
    "detection.spectrum_and_curve": lambda: of_detection.spectrum_and_curve(duel().look("some")),
    "failures.film": lambda: of_failures.film(failing(), 3),
    "failures.histories": lambda: of_failures.histories({"some": failing()}, samples=True),
    "failures.paths": lambda: of_failures.paths({"some": points(20).double()}),
    "feature_maps.beside": lambda: of_feature_maps.beside(images(1)[0], images(4)[:, 0]),
    "few_labels.learning_curves": lambda: of_few_labels.learning_curves({"some": {10: [40.0, 50.0], 100: [80.0]}}),
    "few_labels.spent": lambda: of_few_labels.spent({"some": [40.0, 50.0]}, {"some": 45.0}),
    "foreseen.on_a_scale": lambda: of_foreseen.on_a_scale(find_prediction("6a"), 3.0, 1.0),
    "captioned.captioned": lambda: of_captioned.captioned(torch.zeros(2, 3, 16, 16), NAMES),
    "captioned.labelled": lambda: of_captioned.labelled([torch.zeros(2, 3, 16, 16)], NAMES[:1], [NAMES]),
    "captioned.swapped": lambda: of_captioned.swapped(*[ask(Album(), "a hat", 2, 0)] * 2),
    "images.before_and_after": lambda: of_images.before_and_after(images(8).view(2, 4, 1, 28, 28), NAMES),
    "images.picture": lambda: of_images.picture(images()),
    "images.pixel_histogram": lambda: of_images.pixel_histogram({"some": images()}),
    "journeys.stations": lambda: of_journeys.stations(travel(two_ways(), images(2)), images(2)),
    "joint.correlations": lambda: of_joint.correlations({"some": [0.5, 0.2]}),
    "joint.tables": lambda: of_joint.tables({"some": torch.rand(2, 2)}, NAMES, NAMES),
    "labels.against": lambda: of_labels.against(points(dim=1), points(dim=1), "slant"),
    "labels.confusion": lambda: of_labels.confusion(torch.ones(10, 10)),
    "labels.density": lambda: of_labels.density(points(), *grid()),
    "labels.leaning": lambda: of_labels.leaning(images(2), torch.zeros(2)),
    "labels.plane": lambda: of_labels.plane(points(), torch.arange(40) % 10),
    "labels.signed": lambda: of_labels.signed(images(2)[:, 0], NAMES, NAMES),
    "labels.travelled": lambda: of_labels.travelled(points(), torch.arange(40) % 2, [points(2), points(2) / 2]),
    "labels.weighed": lambda: of_labels.weighed(images(1)[0, 0], images(1)[0, 0], 1.0, NAMES),
    "line.by_hand": lambda: of_line.by_hand(HandGame().look()),
    "line.panels": lambda: of_line.panels(line_state(game(1), toys.gaussian())),
    "pairs.beside": lambda: of_pairs.beside(images(2), images(2)),
    "passage.there_and_back": lambda: of_passage.there_and_back(passed(), points(), NOWHERE),
    "plane.planes": lambda: of_plane.planes({"some": plane_state(game(2), toys.ring())}),
    "rare.beside_nearest": lambda: of_rare.beside_nearest(images(6).view(3, 2, 1, 28, 28), [images()] * 3),
    "rare.dial": lambda: of_rare.dial(images(6).view(3, 2, 1, 28, 28), [images()] * 3, {"some": torch.rand(3, 10)}, ""),
    "salient.drawing": lambda: of_salient.drawing(images(1), images(1), images(1)),
    "salient.salient": lambda: of_salient.salient(images(2), images(2), NAMES),
    "scans.scans": lambda: of_scans.scans(scan(images(1), torch.ones(28, 28), {"some": Same()}), "some"),
    "scene.scene": lambda: of_scene.scene(points(1, 64)[0], images(1)[0], images(1)[0], "y = 7"),
    "sound.picture_of": lambda: of_sound.picture_of(sound()),
    "sound.side_by_side": lambda: of_sound.side_by_side([of_sound.picture_of(sound())] * 2),
    "sound.spectra": lambda: of_sound.spectra({"some": sound()[None], "others": sound()[None]}, [500.0]),
    "sound.three_ways": lambda: of_sound.three_ways(sound(), 0.2),
    "sound.two_numbers": lambda: of_sound.two_numbers({"some": (0.5, 0.5), "others": (1.0, 0.3)}),
    "style.as_image": lambda: of_style.as_image(canvas()),
    "style.rendered": lambda: of_style.rendered(of_style.figure()[0]),
    "style.trimmed": lambda: of_style.trimmed(of_style.figure()[0]),
    "training.curves": lambda: of_training.curves(history()),
    "training.film_strip": lambda: of_training.film_strip([Snapshot(0, 0.0, images()), Snapshot(9, 1.0, images())]),
    "training.race": lambda: of_training.race({"some": [(1.0, 9.0), (2.0, 5.0)]}),
    "zoo.bounds": lambda: of_zoo.bounds(torch.arange(9.0), torch.ones(9), {"some": torch.ones(9)}, [-2.0], -1.0),
    "zoo.chain_film": lambda: of_zoo.chain_film([images(2), images(2)], [0, 1]),
    "zoo.gaps": lambda: of_zoo.gaps([1.0, 2.0], [1.0, 2.0], NAMES),
    "zoo.latent_plane": lambda: of_zoo.latent_plane(points(), torch.arange(40) % 10, images(9), 1.0),
    "zoo.side_by_side": lambda: of_zoo.side_by_side({"some": images(), "others": images()}),
}

VIEWS: dict[type, Callable[[], Widget]] = {
    BlindListening: lambda: BlindListening({name: sound()[None] for name in NAMES}),
    ClassGrid: lambda: ClassGrid({"copies": copyist()}),
    ClusterExplorer: lambda: ClusterExplorer(*digits_in_the_plane()),
    DigitPad: lambda: DigitPad(ranked(), Inverter(modern().generator, modern().latent_dim), ModernDiscriminator()),
    Colouring: lambda: Colouring({"some": Same(3)}, {"a sheet": torch.ones(1, 48, 48)}),
    DiracExplorer: DiracExplorer,
    DetectorDuel: lambda: DetectorDuel(duel()),
    Drawer: lambda: Drawer(modern()),
    FailureLab: FailureLab,
    FeatureMaps: lambda: FeatureMaps({"some": layers()}, images(10)),
    InterpolationFilm: lambda: InterpolationFilm(modern(), folder=Path(mkdtemp())),
    JourneyView: lambda: JourneyView({"some": Route(two_ways(), images(2), images(2), NAMES)}),
    JointExplorer: lambda: JointExplorer(points(), torch.arange(40) % 2, NAMES, ("across", "up")),
    Lab: Lab,
    LabelBlend: lambda: LabelBlend(load_pretrained("cmodern")),
    LatentExplorer: lambda: LatentExplorer(modern(), {"some": seeded_latents(1, 64, 0)[0] / 8}),
    LineLab: LineLab,
    NumberWriter: lambda: NumberWriter(copyist()),
    OwnDigits: OwnDigits,
    PlayByHand: PlayByHand,
    PredictionBox: lambda: predict("4d"),
    QuizBox: lambda: quiz("7"),
    RareDial: lambda: RareDial(load("digits"), measured()),
    RealOrDrawn: lambda: RealOrDrawn({"one": contest(), "other": contest_of_avatars()}, what="picture"),
    Scanner: lambda: Scanner(images(2), {"some": Same()}),
    SpendLabels: lambda: SpendLabels(spending(), {"some": [40.0, 50.0]}),
    SoundPad: lambda: SoundPad({"some": torch.zeros(1, 32, 32)}, ears(), NAMES),
    WordChips: lambda: WordChips(Album()),
    Weighing: lambda: Weighing(images(), torch.arange(8) % 2, torch.randn(784), 0.5, NAMES),
    ThereAndBack: lambda: ThereAndBack(game(2).generator, game(2).discriminator, 2, points()),
    ZooView: lambda: ZooView(zoo()),
}
