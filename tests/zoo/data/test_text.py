"""Texts and their labels, out of lines and out of folders."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from zoo.data import load_data
from zoo.dataset import Dataset
from zoo.errors import BadData, UnknownName, ZooError
from zoo.splits import split

GOOD, BAD = "a fine film , truly fine", "a dull film and a long one"
LINES = "".join(f"pos {GOOD} {row}\nneg {BAD} {row}\n" for row in range(6))


@pytest.fixture
def written(tmp_path):
    """Write a file of lines in a folder whose name is no plain ASCII; return its path."""

    def write(content, name="meine Sätze.txt"):
        folder = tmp_path / "données de test"
        folder.mkdir(exist_ok=True)
        path = folder / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


@pytest.mark.parametrize("name", ["reviews.txt", "reviews.all", "reviews"])
@pytest.mark.parametrize("sign", [" ", "\t"])
def test_lines_that_start_with_a_label_are_found_by_their_content(written, name, sign):
    dataset = load_data(written(LINES.replace("pos ", f"pos{sign}").replace("neg ", f"neg{sign}"), name))
    assert (dataset.modality, dataset.classes, dataset.x.shape) == ("text", ("neg", "pos"), (12,))
    assert (dataset.x[0], dataset.x[1]) == (f"{GOOD} 0", f"{BAD} 0")
    assert dataset.y.tolist() == [1, 0] * 6
    assert dataset.facts == {"labels": ["neg", "pos"]}


def test_a_tab_ends_labels_of_several_words(written):
    dataset = load_data(written(LINES.replace("pos ", "very good\t").replace("neg ", "very bad\t")))
    assert dataset.classes == ("very bad", "very good")


def test_numbers_are_classes_by_size_whatever_they_look_like(written):
    dataset = load_data(written("".join(f"{row % 11} {row % 5 * 'many '}words of row {row}\n" for row in range(44))))
    assert dataset.classes == tuple(map(str, range(11)))


def test_scores_may_be_learned_as_quantities(written):
    path = written("".join(f"{row / 4} the words of row {row}\n" for row in range(20)))
    dataset = load_data(path, reader="text", task="regression")
    assert (dataset.kind, dataset.y[5]) == ("regression", 1.25)


def test_latin_text_is_read_and_said(written):
    dataset = load_data(written(LINES.replace("fine", "naïve").encode("latin-1")))
    assert "naïve" in dataset.x[0]
    assert "latin-1" in dataset.warnings[0]


def test_a_byte_order_mark_belongs_to_no_label(written):
    assert load_data(written(b"\xef\xbb\xbf" + LINES.encode())).classes == ("neg", "pos")


@pytest.mark.parametrize("given_path", ["file", "folder"])
def test_files_to_train_validate_and_test_with_are_read_together(written, given_path):
    path = written(LINES, "X.train.all")
    written(LINES[: len(LINES) // 3], "X.dev.all")
    written(LINES[: len(LINES) // 2], "X.test.all")
    dataset = load_data(path if given_path == "file" else path.parent)
    assert (len(dataset.x), len(dataset.x_test), dataset.validation.tolist()) == (16, 6, [12, 13, 14, 15])
    assert any("X.test.all is the test part" in text for text in dataset.warnings)


def test_a_folder_names_other_files_of_lines_that_it_leaves_out(written):
    written(LINES, "X.test.all")
    written(LINES, "other.all")
    dataset = load_data(written(LINES, "X.train.all").parent)
    assert any("other.all is another data set" in text for text in dataset.warnings)


def folder_of(root, parts=("",), count=4):
    for part in parts:
        for label, text in (("good", GOOD), ("bad", BAD)):
            folder = root / part / label
            folder.mkdir(parents=True)
            for row in range(count):
                (folder / f"{row}.txt").write_text(f"{text} {row} {part}\n", "utf-8")
    return root


def test_a_folder_of_texts_has_a_class_a_sub_folder(tmp_path):
    dataset = load_data(folder_of(tmp_path / "Kritiken ü"))
    assert (dataset.classes, dataset.x.shape, dataset.names[0]) == (("bad", "good"), (8,), "bad/0.txt")
    assert dataset.x[0] == f"{BAD} 0"


def test_folders_to_train_and_test_with_are_kept_apart(tmp_path):
    dataset = load_data(folder_of(tmp_path / "x", ("train", "validation", "test")))
    assert (len(dataset.x), len(dataset.x_test)) == (16, 8)
    assert all(name.startswith("validation/") for name in np.asarray(dataset.names)[dataset.validation])
    assert dataset.names_test[0] == "test/bad/0.txt"


def test_labels_to_ignore_are_left_out_and_said(tmp_path):
    root = folder_of(tmp_path / "x", ("train", "test"))
    (root / "train" / "unsup").mkdir()
    (root / "train" / "unsup" / "0.txt").write_text("no label here", "utf-8")
    dataset = load_data(root, ignore=("unsup",))
    assert (dataset.classes, len(dataset.x), len(dataset.names)) == (("bad", "good"), 8, 8)
    assert any("'unsup' are left out" in text for text in dataset.warnings)


def test_a_label_to_ignore_must_be_there(written):
    with pytest.raises(UnknownName, match="did you mean 'pos'"):
        load_data(written(LINES), ignore=("posi",))


def test_an_empty_text_is_a_row_and_is_said(written):
    dataset = load_data(written(LINES + "pos\n"))
    assert (len(dataset.x), dataset.x[-1]) == (13, "")
    assert any("1 of 13 texts is empty" in text for text in dataset.warnings)


def test_texts_of_one_character_and_of_a_hundred_thousand_are_rows(written):
    splits = split(load_data(written(LINES + "pos a\nneg " + "word " * 20_000 + "\n")))
    assert splits.train.x.dtype == np.int32
    assert splits.train.x.shape[1] <= 256


def test_identical_rows_are_read(written):
    splits = split(load_data(written("pos same words\nneg same words\n" * 10), reader="text"))
    assert len(splits.train) == 12


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (LINES + " a line without its label\n", "line 13 has no label"),
        (LINES + "nolabel on this line\n", "line 13 starts with 'nolabel'"),
        (LINES + "loner\n", "line 13 starts with 'loner'"),
        (LINES.replace(" ", "\t", 1).replace("pos ", "pos\t").replace("neg ", "neg\t") + "lost words\n", "line 13 has"),
        (LINES + "? who knows\n", "line 13 has no label"),
        (LINES.replace("neg", "pos"), "all 12 rows are of one class"),
        ("pos\nneg\n" * 6, "all 12 texts are empty"),
        (LINES + "pos nul \0 byte\n", "NUL bytes"),
        ("", "is empty"),
        ("\n \n", "is empty"),
        ("to be or not\nthat is it\nwhether so\n", "which no other line does"),
    ],
)
def test_lines_that_cannot_be_used_are_refused(written, content, said):
    with pytest.raises(BadData, match=said):
        load_data(written(content), reader="text")


@pytest.mark.parametrize(
    "content",
    [
        "540.0 0.0 162.0 2.5 79.99\n540.0 0.0 162.0 2.5 61.89\n332.5 142.5 228.0 9.0 40.27\n" * 9,
        "vhigh 2 small low unacc\nhigh 4 big med acc\n" * 9,
        '18.0 8 307.0 130.0 3504. 12.0 70 1\t"chevrolet malibu"\n15.0 8 350.0 165.0 3693. 11.5 70 1\t"buick"\n' * 9,
        '{"label": 1, "text": "some words"}\n{"label": 0, "text": "more of those"}\n' * 9,
        "1 3:0.5 7:1\n-1 2:1 9:0.25\n" * 9,
        "Call me Ishmael. Some years ago\nnever mind how long precisely\nhaving little or no money\n",
        b"\x89PNG\r\n\x1a\n\0\0",
    ],
)
def test_other_files_are_not_taken_for_lines_of_text(written, content):
    from zoo.data.text import recognises

    assert not recognises(written(content))


def test_a_folder_of_numbers_holds_no_texts(tmp_path):
    from zoo.data.text import recognises

    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "index.txt").write_text("1 2 3\n4 5 6\n", "utf-8")
    assert not recognises(tmp_path)


@given(st.binary(max_size=300) | st.lists(st.sampled_from(["pos", "neg", " ", "\t", "é", "a b", "\n", "0", "\r"])))
def test_any_bytes_are_data_or_an_error_of_ours(tmp_path_factory, content):
    path = tmp_path_factory.mktemp("fuzz") / "lines.txt"
    path.write_bytes(content if isinstance(content, bytes) else "".join(content).encode("latin-1"))
    try:
        dataset = load_data(path, reader="text")
    except ZooError:
        return
    assert isinstance(dataset, Dataset)
    assert len(dataset.x) == len(dataset.y)


@pytest.mark.parametrize(("words", "is_text"), [("of three words", True), ("of two", False)])
def test_texts_of_one_length_are_known_by_the_tab_before_them(written, words, is_text):
    from zoo.data.text import recognises

    assert recognises(written("".join(f"{label}\t{words}\n" for label in ("pos", "neg", "pos", "neg")))) == is_text
