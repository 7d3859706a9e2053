"""The shipped classifier, its training, and what it refuses."""

from dataclasses import replace

import pytest
import torch
from PIL import Image
from safetensors.torch import save_file

from gancore.cli import main
from gancore.data import ImageData, load, to_float
from gancore.errors import GancoreError
from gancore.metrics import class_fidelity
from gancore.metrics.classifier import FEATURES, SHIPPED, load_extractor, save_extractor
from gancore.metrics.classifier_training import distort, held_out_split, train_extractor
from gancore.runs.weights import fingerprint


def gancore(*arguments: object) -> int:
    """Run the command line in this process; its exit code."""
    with pytest.raises(SystemExit) as ended:
        main([str(argument) for argument in arguments])
    return ended.value.code or 0


@pytest.fixture(scope="module")
def digits():
    return load("digits")


@pytest.fixture(scope="module")
def extractor():
    return load_extractor("digits")


def two_colours(shape: tuple[int, int, int], count: int = 40) -> ImageData:
    """Noisy images that are dark in class 0 and bright in class 1."""
    labels = torch.arange(count) % 2
    noise = torch.randint(0, 100, (count, *shape), generator=torch.Generator().manual_seed(0))
    return ImageData("two colours", (noise + 150 * labels.view(-1, 1, 1, 1)).to(torch.uint8), labels, ("0", "1"))


def test_shipped_weights_recognise_at_least_98_percent_of_the_held_out_digits(extractor, digits):
    _, held_out = held_out_split(digits.labels)
    assert len(held_out) == 1000
    logits = extractor.logits(to_float(digits.images[held_out]))
    measured = class_fidelity(logits, digits.labels[held_out])
    assert measured >= 0.98
    assert measured == pytest.approx(extractor.accuracy, abs=0.0015)  # an image may tip on another processor


def test_shipped_weights_take_at_most_one_megabyte_and_a_quarter_million_parameters(extractor):
    assert SHIPPED["digits"].stat().st_size <= 1_000_000
    assert sum(weight.numel() for weight in extractor.network.parameters()) == 205_354


def test_held_out_digits_are_a_fifth_of_each_class_and_never_trained_on(digits):
    train, held_out = held_out_split(digits.labels)
    assert torch.bincount(digits.labels[held_out]).tolist() == [100] * 10
    assert torch.cat([train, held_out]).sort().values.tolist() == list(range(5000))


def test_fingerprint_is_of_the_weights_and_changes_with_one_of_them(extractor):
    weights = {name: value.clone() for name, value in extractor.network.state_dict().items()}
    assert fingerprint(weights) == extractor.fingerprint
    assert extractor.fingerprint in str(extractor)
    weights["head.2.bias"][3] += 1e-6
    assert fingerprint(weights) != extractor.fingerprint


def test_features_have_mean_0_and_variance_1_over_real_digits(extractor, digits):
    features = extractor.features(to_float(digits.images))
    assert features.shape == (5000, FEATURES)
    assert features.dtype == torch.float32
    assert features.mean(0).abs().mean() < 0.1
    assert features.var(0).mean() == pytest.approx(1, abs=0.15)


def test_features_do_not_depend_on_the_batch_or_leave_a_gradient(extractor, digits):
    images = to_float(digits.images[::10]).requires_grad_()
    whole = extractor.features(images)
    alone = torch.cat([extractor.features(images[index : index + 1]) for index in (0, 260, 499)])
    torch.testing.assert_close(whole[[0, 260, 499]], alone, rtol=1e-4, atol=1e-4)
    assert not whole.requires_grad
    assert not extractor.network.training


def test_logits_are_the_classifiers_own(extractor, digits):
    images = to_float(digits.images[::500])
    with torch.no_grad():
        torch.testing.assert_close(extractor.logits(images), extractor.network(images))


def test_training_twice_with_one_seed_gives_the_same_weights_and_leaves_the_global_seed_alone():
    data = two_colours((1, 28, 28))
    before = torch.get_rng_state()
    first, again, other = (train_extractor(data, seed, epochs=2) for seed in (1, 1, 2))
    assert torch.equal(before, torch.get_rng_state())
    assert first.fingerprint == again.fingerprint != other.fingerprint


@pytest.mark.parametrize("shape", [(1, 28, 28), (3, 32, 32), (3, 64, 64)])
def test_other_data_gets_an_extractor_of_its_own_that_survives_the_file(tmp_path, shape):
    data = two_colours(shape)
    trained = train_extractor(data, epochs=20)
    assert trained.accuracy == 1
    save_extractor(trained, tmp_path / "colours.safetensors")
    loaded = load_extractor(tmp_path / "colours.safetensors")
    assert replace(loaded, network=trained.network) == trained
    assert loaded.fingerprint == trained.fingerprint
    assert (loaded.shape, loaded.classes) == (shape, 2)
    images = to_float(data.images)
    assert torch.equal(loaded.features(images), trained.features(images))


def test_distortion_keeps_a_blank_image_blank_and_moves_a_digit(digits):
    rng = torch.Generator().manual_seed(0)
    blank = torch.full((4, 3, 32, 32), -1.0)
    assert torch.equal(distort(blank, rng), blank)
    images = to_float(digits.images[::1000])
    moved = distort(images, rng)
    assert moved.shape == images.shape
    assert -1 - 1e-6 <= moved.min() < moved.max() <= 1 + 1e-6
    assert ((moved - images).abs().amax(dim=(1, 2, 3)) > 0.5).all()


@pytest.mark.parametrize(
    ("images", "message"),
    [
        (torch.zeros(4, 3, 64, 64), r"\(4, 3, 64, 64\) do not fit .* \(N, 1, 28, 28\); .* --data FOLDER --out FILE"),
        (torch.zeros(4, 784), r"\(4, 784\) do not fit"),
        (torch.zeros(0, 1, 28, 28), r"\(0, 1, 28, 28\) do not fit"),
        (torch.zeros(4, 1, 28, 28, dtype=torch.uint8), r"torch.uint8, expected floats in \[-1, 1\]; .*to_float"),
        (torch.full((4, 1, 28, 28), 255.0), r"from 255 to 255, expected \[-1, 1\]; clamp"),
        (torch.full((4, 1, 28, 28), -1.5), r"from -1.5 to -1.5, expected \[-1, 1\]"),
        (torch.full((4, 1, 28, 28), torch.nan), "not finite"),
        (torch.full((4, 1, 28, 28), torch.inf), "not finite"),
    ],
)
def test_images_that_do_not_fit_are_refused_with_the_way_out(extractor, images, message):
    with pytest.raises(GancoreError, match=message):
        extractor.features(images)


def test_data_that_cannot_train_a_classifier_is_refused_with_the_way_out():
    data = two_colours((1, 28, 28))
    with pytest.raises(GancoreError, match=r"two colours\b.*no labels\b.*subfolder"):
        train_extractor(replace(data, labels=None, classes=None))
    with pytest.raises(GancoreError, match="no labels of at least two classes"):
        train_extractor(replace(data, labels=torch.zeros(40, dtype=torch.int64)))
    with pytest.raises(GancoreError, match=r"[Cc]lass 1\b.*\b1 image\b.*\b2\b"):
        train_extractor(data.subset(torch.tensor([0, 2, 4, 1])))
    with pytest.raises(GancoreError, match=r"20×24 pixels; .* 28, 32 or 64"):
        train_extractor(replace(data, images=data.images[..., :20, :24]))


def test_missing_foreign_and_damaged_files_are_refused(tmp_path, extractor):
    with pytest.raises(GancoreError, match=r"nothing'.*'digits'.*train one"):
        load_extractor(tmp_path / "nothing")
    foreign = tmp_path / "foreign.safetensors"
    foreign.write_bytes(b"not safetensors at all")
    with pytest.raises(GancoreError, match="is not an extractor"):
        load_extractor(foreign)
    save_file({"weight": torch.zeros(3)}, foreign)
    with pytest.raises(GancoreError, match="is not an extractor"):
        load_extractor(foreign)
    damaged = bytearray(SHIPPED["digits"].read_bytes())
    damaged[-100] ^= 1
    foreign.write_bytes(damaged)
    with pytest.raises(GancoreError, match="fingerprint"):
        load_extractor(foreign)


def test_the_command_writes_an_extractor_that_can_be_loaded(tmp_path, capsys):
    noise = torch.Generator().manual_seed(0)
    for label in range(2):
        folder = tmp_path / "pictures" / str(label)
        folder.mkdir(parents=True)
        for index in range(8):
            pixels = torch.randint(150 * label, 150 * label + 100, (28, 28), generator=noise).to(torch.uint8)
            Image.fromarray(pixels.numpy()).save(folder / f"{index}.png")
    path = tmp_path / "extractor.safetensors"
    assert gancore("features", "--data", tmp_path / "pictures", "--out", path, "--seed", 3) == 0
    loaded = load_extractor(path)
    assert (loaded.shape, loaded.classes, loaded.seed) == ((1, 28, 28), 2, 3)
    assert capsys.readouterr().out.splitlines() == [str(loaded), str(path)]


def test_the_command_refuses_unlabelled_data_in_one_sentence(tmp_path, capsys):
    folder = tmp_path / "flat"
    folder.mkdir()
    for index in range(3):
        Image.new("L", (28, 28), 100 * index).save(folder / f"{index}.png")
    assert gancore("features", "--data", folder, "--out", tmp_path / "x.safetensors") == 2
    message = capsys.readouterr().err
    assert message.startswith("gancore: flat has no labels")
    assert message.count("\n") == 1


def test_the_command_looks_where_it_is_to_write_before_it_trains(tmp_path, capsys):
    assert gancore("features", "--out", tmp_path / "nowhere" / "x.safetensors") == 2
    assert "There is no folder" in capsys.readouterr().err
