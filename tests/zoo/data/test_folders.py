"""Which folder is a class, which a part, and which merely lies around."""

import pytest

from zoo.data._folders import are_sorted, sorted_files
from zoo.errors import BadData

SUFFIXES = (".txt",)


def written(folder, *names):
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("a")


@pytest.mark.parametrize(
    ("names", "found"),
    [
        (("a/1.txt", "b/1.txt"), True),
        (("data/a/1.txt", "data/b/1.txt", "README.md"), True),
        (("train/a/1.txt",), True),
        (("1.txt", "2.txt"), False),
        (("a/1.csv",), False),
        (("a/.1.txt",), False),
        ((), False),
    ],
)
def test_folders_that_hold_such_files_are_known_at_a_glance(tmp_path, names, found):
    written(tmp_path, *names)
    assert are_sorted(tmp_path, SUFFIXES) == found


def test_what_is_no_folder_is_not_sorted(tmp_path):
    written(tmp_path, "a.txt")
    assert not are_sorted(tmp_path / "a.txt", SUFFIXES)
    assert not are_sorted(tmp_path / "none", SUFFIXES)


@pytest.mark.parametrize(
    ("names", "parts"),
    [
        (("b/2.txt", "a/1.txt", "b/1.txt"), {"train": "abb"}),
        (("x/y/a/1.txt", "x/y/b/1.txt"), {"train": "ab"}),
        (("a/deep/1.txt", "a/2.txt", "b/1.txt"), {"train": "aab"}),
        (("train/a/1.txt", "test/a/1.txt", "dev/a/1.txt"), {"train": "a", "validation": "a", "test": "a"}),
        (("set/train/a/1.txt", "set/test/b/1.txt"), {"train": "a", "test": "b"}),
        (("train/a/1.txt", "train/b/1.txt"), {"train": "ab"}),
        (("train/1.txt", "bus/1.txt"), {"train": ["bus", "train"]}),
        (("a/1.txt", "__MACOSX/a/1.txt"), {"train": "a"}),
        (("  two  words /1.txt", "b/1.txt"), {"train": ["two words", "b"]}),
    ],
)
def test_files_are_found_with_their_class_and_part(tmp_path, names, parts):
    written(tmp_path, *names)
    found = sorted_files(tmp_path, SUFFIXES, "text")
    assert found.labels == {part: list(labels) for part, labels in parts.items()}
    assert [part for part, _, _ in found.listed()] == [part for part, labels in parts.items() for _ in labels]
    assert all(path.is_file() for files in found.files.values() for path in files)


@pytest.mark.parametrize(
    ("names", "words"),
    [
        (("1.txt",), "holds no text in a folder of its class"),
        (("test/a/1.txt",), "has the folder test and none to train with"),
        (
            ("train/a/1.txt", "val/a/1.txt", "valid/a/1.txt"),
            "the folders train, val, valid, of which two mean the same",
        ),
    ],
)
def test_folders_without_classes_to_train_with_are_refused(tmp_path, names, words):
    written(tmp_path, *names)
    with pytest.raises(BadData, match=words):
        sorted_files(tmp_path, SUFFIXES, "text")
