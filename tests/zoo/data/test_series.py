"""The reader of series: files of the UCR archive's kind in, one-line refusals for everything else."""

import numpy as np
import pytest

from zoo.data import load_data
from zoo.errors import BadData, BadValue, ZooError

X = np.random.default_rng(0).normal(size=(12, 5)).round(3)
LABELS = ("-1", "1") * 6


def write(folder, labels=LABELS, x=X, name="Beats_TRAIN.tsv", mark="\t"):
    path = folder / name
    lines = (mark.join([label, *map(str, row)]) for label, row in zip(labels, x, strict=True))
    path.write_text("\n".join(lines) + "\n")
    return path


@pytest.mark.parametrize("given", ["Beats_TRAIN.tsv", "Beats_TEST.tsv", "."])
def test_both_files_are_found_from_either_or_from_their_folder(tmp_path, given):
    write(tmp_path)
    write(tmp_path, ("1", "-1"), X[:2], "Beats_TEST.tsv")
    dataset = load_data(tmp_path / given)
    np.testing.assert_array_equal(dataset.x, X[..., np.newaxis].astype(np.float32))
    assert (dataset.modality, dataset.x.shape, dataset.x.dtype, dataset.name) == (
        "series",
        (12, 5, 1),
        np.float32,
        "Beats",
    )
    assert (dataset.classes, dataset.y[:2].tolist(), dataset.y_test.tolist()) == (("-1", "1"), [0, 1], [1, 0])


@pytest.mark.parametrize(("name", "mark"), [("beats.csv", ","), ("beats.tsv", "\t"), ("Beats_TEST.tsv", "\t")])
def test_a_single_file_is_read_where_the_reader_is_named(tmp_path, name, mark):
    dataset = load_data(write(tmp_path, name=name, mark=mark), reader="series")
    assert (dataset.x.shape, dataset.x_test) == ((12, 5, 1), None)


@pytest.mark.parametrize(
    ("labels", "classes"),
    [(("10", "9", "-2"), ("-2", "9", "10")), (("1.0", "2", "1"), ("1", "2")), (("rest", "walk", "7"), None)],
)
def test_labels_are_classes_however_numbers_are_written(tmp_path, labels, classes):
    dataset = load_data(write(tmp_path, labels * 4))
    assert dataset.classes == (classes or ("7", "rest", "walk"))


def test_many_classes_of_few_series_stay_classes(tmp_path):
    labels = [str(number) for number in range(25)] * 3
    dataset = load_data(write(tmp_path, labels, np.random.default_rng(0).normal(size=(75, 5))))
    assert (len(dataset.classes), dataset.warnings) == (25, ())


def test_labels_with_fractions_are_quantities(tmp_path):
    write(tmp_path, [str(number / 4) for number in range(12)])
    write(tmp_path, ["2", "0.25"], X[:2], "Beats_TEST.tsv")
    dataset = load_data(tmp_path)
    assert (dataset.kind, dataset.y[:3].tolist(), dataset.y_test.tolist()) == ("regression", [0, 0.25, 0.5], [2, 0.25])


@pytest.mark.parametrize("cell", ["NaN", "", "?"])
def test_series_may_end_early_which_is_said_aloud(tmp_path, cell):
    path = write(tmp_path)
    lines = path.read_text().splitlines()
    lines[3] = "\t".join([*lines[3].split("\t")[:4], cell, cell])
    path.write_text("\n".join(lines))
    dataset = load_data(path)
    np.testing.assert_array_equal(np.isnan(dataset.x[3, :, 0]), [0, 0, 0, 1, 1])
    assert dataset.warnings == ("1 of 12 series ends early: continued with the training rows' mean",)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda lines: [], "is empty"),
        (lambda lines: ["a" for _ in lines], "one cell in its first line"),
        (lambda lines: [*lines[:2], lines[2] + "\t1", *lines[3:]], "row 3 has 7 cells and the first 6"),
        (lambda lines: ["label\ta\tb\tc\td\te", *lines], "row 1, time 1 is text ('a')"),
        (lambda lines: ["1\t1\t?\t3\t4\t5", *lines], "row 1 lacks a number at time 2, channel 1 (1 such gap)"),
        (lambda lines: ["1\t\t\t\t\tNaN", *lines], "row 1 has a series without any number (1 such row)"),
        (lambda lines: ["1\t1\t2\tinf\t4\t5", *lines], "time 3, channel 1 is inf in data row 1"),
        (lambda lines: ["?\t1\t2\t3\t4\t5", *lines], "row 1 has the label '?'"),
        (lambda lines: [line.replace("-1\t", "1\t", 1) for line in lines], "all 12 rows are of one class, '1'"),
        (lambda lines: ["1" * 200_000, *lines], "is not a table (field larger"),
    ],
)
def test_a_file_that_cannot_be_learned_from_is_refused_in_one_line(tmp_path, change, words):
    path = write(tmp_path)
    path.write_text("\n".join(change(path.read_text().splitlines())))
    with pytest.raises(BadData) as caught:
        load_data(path)
    assert words in str(caught.value)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("labels", "x", "words"),
    [
        (("1", "3"), X[:2], "holds '3', which is none of the 2 classes -1, 1"),
        (
            ("1", "1"),
            X[:2, :4],
            r"Beats_TRAIN\.tsv has series of 5 numbers and .*Beats_TEST\.tsv of 4; they must be of one",
        ),
    ],
)
def test_a_test_file_that_does_not_fit_is_refused(tmp_path, labels, x, words):
    write(tmp_path)
    write(tmp_path, labels, x, "Beats_TEST.tsv")
    with pytest.raises(BadData, match=words):
        load_data(tmp_path)


def test_text_among_quantities_of_the_test_file_is_refused(tmp_path):
    write(tmp_path, [str(number / 4) for number in range(12)])
    write(tmp_path, ["2", "late"], X[:2], "Beats_TEST.tsv")
    with pytest.raises(BadData, match="has the label 'late'; those to learn from are quantities"):
        load_data(tmp_path)


def test_a_file_that_is_no_text_is_refused(tmp_path):
    path = tmp_path / "Beats_TRAIN.tsv"
    path.write_bytes(b"1\t\xe9\n")
    with pytest.raises(BadData, match="not UTF-8 text"):
        load_data(path)


def test_a_folder_of_several_sets_asks_for_one(tmp_path):
    write(tmp_path)
    write(tmp_path, name="Steps_TRAIN.tsv")
    with pytest.raises(BadData, match=r"holds 2 files \*_TRAIN\.tsv"):
        load_data(tmp_path)


def test_series_as_arrays_and_as_an_archive_are_those_of_the_file(tmp_path):
    from_file, y = load_data(write(tmp_path)), np.array([-1, 1] * 6)
    np.savez(tmp_path / "beats.npz", x=X, y=y, modality="series")
    for other in (load_data((X, y), modality="series"), load_data(tmp_path / "beats.npz")):
        assert other.source.sha256 == from_file.source.sha256


def test_whole_numbers_are_quantities_where_the_task_says_so(tmp_path):
    write(tmp_path)
    write(tmp_path, ("5", "2"), X[:2], "Beats_TEST.tsv")
    dataset = load_data(tmp_path, task="regression")
    assert (dataset.kind, dataset.y[:2].tolist(), dataset.y_test.tolist()) == ("regression", [-1, 1], [5, 2])


@pytest.mark.parametrize(
    ("labels", "task", "words"),
    [
        (("rest", "walk"), "regression", "has the label 'rest'; those to learn from are quantities"),
        (("0.5", "1"), "classification", "labels with fractions; classes are whole numbers or text"),
    ],
)
def test_a_task_that_does_not_fit_the_labels_is_refused(tmp_path, labels, task, words):
    with pytest.raises(ZooError, match=words):
        load_data(write(tmp_path, labels * 6), task=task)


@pytest.mark.parametrize("option", [{"target": "y"}, {"ignore": ["a"]}, {"lookback": 3}, {"group": "a"}])
def test_lines_without_a_header_have_no_columns_to_name(tmp_path, option):
    with pytest.raises(BadValue, match="lines of a label and a series, which have no header"):
        load_data(write(tmp_path), **option)


@pytest.mark.parametrize("steps", [1, 100_000])
def test_series_of_one_step_and_of_a_hundred_thousand_are_read(tmp_path, steps):
    x = np.random.default_rng(0).normal(size=(12, steps)).round(2)
    dataset = load_data(write(tmp_path, x=x, name="Béats und Töne_TRAIN.tsv"))
    np.testing.assert_array_equal(dataset.x[..., 0], x.astype(np.float32))
