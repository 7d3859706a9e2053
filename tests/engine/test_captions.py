"""Captions: words become numbers and come back, avatars are described truly, and a reader's own table is read."""

from pathlib import Path

import pytest
import torch
from PIL import Image

from gancore.data.avatars import ATTRIBUTES, NEVER_TOGETHER, load_avatars
from gancore.data.caption_folders import load_caption_folder
from gancore.data.captions import UNKNOWN, CaptionData, Vocabulary, vocabulary_of, words_of
from gancore.data.described import LEAST, SAID, asked, load_captions, person_of, phrases, sentence
from gancore.errors import GancoreError
from gancore.training.recipes import RECIPES

VOCABULARY = Vocabulary(("blue", "hair", "red"), longest=4)


@pytest.fixture(scope="module")
def data() -> CaptionData:
    return load_captions()


def test_words_are_small_letters_without_what_stands_between() -> None:
    assert words_of("A GREEN shirt, and – oh! – it's Zoë's well-worn 2") == [
        "a", "green", "shirt", "and", "oh", "it's", "zoë's", "well-worn", "2",
    ]  # fmt: skip


def test_captions_are_numbers_with_nothing_after_them() -> None:
    assert VOCABULARY.numbers(["Red hair!", "blue, purple hair"]).tolist() == [[4, 3, 0, 0], [2, UNKNOWN, 3, 0]]
    assert len(VOCABULARY) == 5


def test_numbers_become_words_again() -> None:
    assert VOCABULARY.texts(VOCABULARY.numbers(["red hair", "blue purple hair"])) == ["red hair", "blue … hair"]


@pytest.mark.parametrize(("caption", "words"), [("", 0), ("?!", 0), ("red red red red red", 5)])
def test_a_caption_without_words_or_with_too_many_is_refused(caption: str, words: int) -> None:
    with pytest.raises(GancoreError, match=f"has {words} words; it may have from 1 to 4"):
        VOCABULARY.numbers([caption])


def test_who_asks_for_a_word_that_was_not_learnt_is_told_so_and_which_were() -> None:
    with pytest.raises(GancoreError, match=r"Not learnt: 'purple', 'wig'.*known: blue, hair, red"):
        VOCABULARY.ask(["red hair", "purple wig"])
    assert torch.equal(VOCABULARY.ask(["red hair"]), VOCABULARY.numbers(["red hair"]))


def test_a_vocabulary_keeps_what_occurs_often_enough() -> None:
    found = vocabulary_of(["red hair", "red hat and hair"], least=2)
    assert (found.words, found.longest) == (("hair", "red"), 4)


def test_captions_are_true_of_their_pictures(data: CaptionData) -> None:
    avatars = load_avatars(16)
    learnt = avatars.subset(~avatars.held_out)
    assert torch.equal(data.learnt.images[::8], learnt.images)
    for part, truth in ((data.learnt, learnt.attributes.repeat_interleave(8, 0)),
                        (data.held, avatars.subset(avatars.held_out).attributes)):  # fmt: skip
        wanted = asked(data.vocabulary.texts(part.given))
        said = wanted >= 0
        assert bool((wanted == truth[:, : len(SAID)])[said].all())
        assert said.sum(1).min() >= LEAST - 1  # where hair is hidden
        assert 0.6 < said.float().mean() < 0.8


def test_what_is_said_is_what_is_asked_for() -> None:
    person = dict(zip(SAID, ("tan", "red", "long", "no glasses", "hat", "no beard", "frown", "blue"), strict=True))
    caption = sentence(phrases(person))
    assert caption == "tan skin, long red hair, no glasses, a hat, no beard, a frown and a blue shirt"
    assert person_of(asked([caption])[0].tolist()) == person


def test_two_colours_keep_to_what_they_stand_before() -> None:
    hair, shirt = SAID.index("hair"), SAID.index("shirt")
    one, other = asked(["a red shirt, blue hair", "red hair and a blue shirt"])
    words = [(ATTRIBUTES["hair"][each[hair]], ATTRIBUTES["shirt"][each[shirt]]) for each in (one, other)]
    assert words == [("blue", "red"), ("red", "blue")]


def test_what_a_caption_leaves_out_is_not_asked_for() -> None:
    assert asked(["a smile"]).tolist() == [[-1, -1, -1, -1, -1, -1, 0, -1]]


def test_no_caption_that_is_learnt_from_has_the_colours_that_are_never_together(data: CaptionData) -> None:
    wanted = asked(data.vocabulary.texts(data.learnt.given))[:, [SAID.index("hair"), SAID.index("shirt")]]
    both = wanted[(wanted >= 0).all(1)].unique(dim=0).tolist()
    pairs = {(ATTRIBUTES["hair"][one], ATTRIBUTES["shirt"][other]) for one, other in both}
    assert len(pairs) == 16
    assert not pairs & NEVER_TOGETHER


def test_nothing_is_said_of_the_colour_of_hair_that_a_hat_hides(data: CaptionData) -> None:
    place = {name: SAID.index(name) for name in SAID}
    learnt = load_avatars(16).subset(~load_avatars(16).held_out).attributes.repeat_interleave(8, 0)
    hidden = (learnt[:, place["hat"]] == 1) & (learnt[:, place["length"]] == 0) & (learnt[:, place["beard"]] == 0)
    wanted = asked(data.vocabulary.texts(data.learnt.given))
    assert hidden.sum() > 500
    assert bool((wanted[hidden, place["hair"]] == -1).all())


def test_the_same_seed_says_the_same(data: CaptionData) -> None:
    assert load_captions().sha256 == data.sha256 != load_captions(seed=1).sha256


def test_the_words_are_part_of_what_a_picture_is_like(data: CaptionData) -> None:
    assert data.spec.words == data.vocabulary.words
    assert data.spec.given == (data.vocabulary.longest,)
    batch = data.batches(seed=0).draw(3)
    assert (batch.real.shape, batch.given.dtype) == ((3, 3, 16, 16), torch.int64)


def own(folder: Path, *rows: str, pictures: int = 12, header: str = "file,caption") -> Path:
    for place in range(pictures):
        Image.new("RGB", (40, 30), (20 * place, 0, 0)).save(folder / f"{place}.png")
    (folder / "captions.csv").write_text("\n".join([header, *rows]), encoding="utf-8")
    return folder


def test_a_folder_of_ones_own(tmp_path: Path) -> None:
    rows = [f'{place}.png,"a dark, {"red" if place % 2 else "black"} square"' for place in range(12)]
    data = load_caption_folder(own(tmp_path, *rows, "3.png,once a square"), 16)
    assert (len(data.learnt), len(data.held), data.spec.shape) == (12, 1, (3, 16, 16))
    assert data.vocabulary.words == ("a", "black", "dark", "red", "square")
    assert "kept as unknown, since they occur once: once" in repr(data)
    assert data.vocabulary.texts(data.learnt.given)[-1] == "… a square"
    assert torch.equal(data.learnt.images[-1], data.learnt.images[3])  # one picture with two captions


def test_a_table_may_have_spaces_after_commas_capitals_in_its_first_line_and_empty_lines(tmp_path: Path) -> None:
    rows = ('0.png, "red, dark"', "", ' 1.png, "red, dark"', "  ")
    data = load_caption_folder(own(tmp_path, *rows, header="File, Caption"), 16)
    assert data.vocabulary.texts(data.learnt.given) == ["red dark"]


def test_a_picture_is_on_one_side_with_all_of_its_captions(tmp_path: Path) -> None:
    rows = [f"{place}.png,a square" for place in range(10) for _ in range(2)]
    data = load_caption_folder(own(tmp_path, *rows), 16)
    assert (len(data.learnt), len(data.held)) == (18, 2)


@pytest.mark.parametrize(
    ("rows", "header", "sentence"),
    [
        (["0.png,red", "1.png,"], "file,caption", r"empty caption in line 3, for '1\.png'; say what"),
        (["0.png,red", "1.png,?!"], "file,caption", r"empty caption in line 3"),
        (["0.png,red", "99.png,red"], "file,caption", r"names '99\.png' in line 3.*add it, or remove the row"),
        (["0.png,red"], "file,caption", "must name at least 2 pictures.*; it names 1"),
        (["0.png,red"], "picture,text", "lacks the column file and caption; its first line must be file,caption"),
        (["0.png"], "file,caption", "empty caption in line 2"),
        (["0.png,a hat, a smile"], "file,caption", r"comma too many in line 2, for '0\.png'; put .* quotation marks"),
        (["0.png;red"], "file;caption", "must be file,caption with a comma between the two"),
        (["0.png,red", "1.png,blue"], "file,caption", "No word of .* occurs twice.*; say alike what is alike"),
    ],
)
def test_a_table_that_does_not_fit_has_its_sentence(
    rows: list[str], header: str, sentence: str, tmp_path: Path
) -> None:
    with pytest.raises(GancoreError, match=sentence):
        load_caption_folder(own(tmp_path, *rows, header=header), 16)


def test_a_table_in_another_encoding_is_refused(tmp_path: Path) -> None:
    own(tmp_path)
    (tmp_path / "captions.csv").write_bytes("file,caption\n0.png,café".encode("latin-1"))
    with pytest.raises(GancoreError, match=r"captions\.csv cannot be read .*; save it as CSV in UTF-8"):
        load_caption_folder(tmp_path, 16)


def test_a_folder_without_a_table_and_one_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(GancoreError, match=r"has no captions\.csv; write one with the columns file and caption"):
        RECIPES["text2image"].load(str(tmp_path))
    with pytest.raises(GancoreError, match="'nowhere' is neither 'avatars' nor a folder"):
        RECIPES["text2image"].load("nowhere")
