"""Files appear whole or not at all."""

import pytest

from gancore.errors import GancoreError
from gancore.system.files import write_atomically, write_text


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_a_written_file_holds_what_was_written(tmp_path):
    write_atomically(tmp_path / "a.bin", lambda path: path.write_bytes(b"\x00\x01"))
    assert (tmp_path / "a.bin").read_bytes() == b"\x00\x01"
    assert names(tmp_path) == ["a.bin"]


def test_text_is_written_as_utf8(tmp_path):
    write_text(tmp_path / "a.txt", "28×28 – σ")
    assert (tmp_path / "a.txt").read_bytes().decode("utf-8") == "28×28 – σ"


def test_a_reader_sees_the_old_content_until_the_new_one_is_whole(tmp_path):
    path = tmp_path / "a.txt"
    write_text(path, "old")
    seen = []

    def write(temporary):
        temporary.write_text("ne")
        seen.append(path.read_text())
        temporary.write_text("new")
        seen.append(path.read_text())

    write_atomically(path, write)
    assert seen == ["old", "old"]
    assert path.read_text() == "new"


@pytest.mark.parametrize("error", [OSError("disk full"), ValueError("bad value"), KeyboardInterrupt()])
def test_a_failed_write_keeps_the_old_content_and_leaves_nothing_behind(tmp_path, error):
    path = tmp_path / "a.txt"
    write_text(path, "old")

    def fail(temporary):
        temporary.write_text("half")
        raise error

    with pytest.raises(GancoreError if isinstance(error, OSError) else type(error)):
        write_atomically(path, fail)
    assert path.read_text() == "old"
    assert names(tmp_path) == ["a.txt"]


def test_the_temporary_file_lies_beside_the_target_hidden_and_with_its_suffix(tmp_path):
    temporaries = []

    def write(temporary):
        temporaries.append(temporary)
        temporary.touch()

    write_atomically(tmp_path / "grid.png", write)
    (temporary,) = temporaries
    assert temporary.parent == tmp_path
    assert temporary.name.startswith(".")
    assert temporary.suffix == ".png"


def test_a_missing_folder_is_named(tmp_path):
    with pytest.raises(GancoreError, match=r"missing.a\.txt .*No such file or directory"):
        write_text(tmp_path / "missing" / "a.txt", "text")
