"""A table whose split and columns stand in files of numbers."""

import pytest

from zoo.data import load_data
from zoo.errors import BadData, BadValue, ZooError

ROWS = "".join(f"{row}.5 {row % 3} {row * 2}.5\n" for row in range(30))


def folder_of(folder, **files):
    wanted = {
        "data": ROWS,
        "index_features": "0\n1\n",
        "index_target": "2\n",
        "index_train_0": "\n".join(map(str, range(20))),
        "index_test_0": "29\n28\n",
        "index_train_3": "\n".join(map(str, range(10, 30))),
        "index_test_3": "0 1\n",
    }
    for name, text in {**wanted, **files}.items():
        if text is not None:
            (folder / f"{name}.txt").write_text(text)
    return folder


def test_a_folder_is_its_first_split_with_rows_in_the_order_of_the_indices(tmp_path):
    dataset = load_data(folder_of(tmp_path))
    assert (dataset.columns, dataset.name, dataset.source.target) == (("x0", "x1"), tmp_path.name, "x2")
    assert (len(dataset.x), dataset.x_test.tolist(), dataset.y_test.tolist()) == (
        20,
        [[29.5, 2], [28.5, 1]],
        [58.5, 56.5],
    )
    assert any(text.startswith("split 0 of 2 (index_train_0.txt, index_test_0.txt)") for text in dataset.warnings)


@pytest.mark.parametrize("part", ["train", "test"])
def test_a_file_of_indices_names_its_split(tmp_path, part):
    dataset = load_data(folder_of(tmp_path) / f"index_{part}_3.txt")
    assert (dataset.x[0].tolist(), dataset.x_test.tolist()) == ([10.5, 1], [[0.5, 0], [1.5, 1]])


def test_a_target_that_is_named_beats_the_file_and_files_of_columns_may_lack(tmp_path):
    dataset = load_data(folder_of(tmp_path, index_features=None, index_target=None), target="0")
    assert dataset.columns == ("x1", "x2")


@pytest.mark.parametrize(
    ("files", "words"),
    [
        (
            {"index_test_0": "30\n"},
            "index_test_0.txt holds '30'; it must number rows or columns of data.txt from 0",
        ),
        ({"index_test_0": "1.5\n"}, "holds '1.5'"),
        ({"index_test_0": "a\n"}, "holds 'a'"),
        ({"index_test_0": ""}, "is empty"),
        ({"index_test_0": "21\n21\n"}, "holds a number twice"),
        ({"index_test_0": "19\n21\n"}, "row 19 is in both parts of split 0"),
        ({"index_target": "9\n"}, "index_target.txt holds '9'"),
        ({"data": "1 2 3\n4 5\n"}, "data.txt"),
    ],
)
def test_indices_that_do_not_fit_are_refused(tmp_path, files, words):
    with pytest.raises(BadData, match=words) as caught:
        load_data(folder_of(tmp_path, **files))
    assert "\n" not in str(caught.value)


def test_without_a_target_the_columns_are_listed(tmp_path):
    with pytest.raises(ZooError, match="--target COLUMN"):
        load_data(folder_of(tmp_path, index_target=None))


def test_a_split_without_its_test_rows_is_refused(tmp_path):
    with pytest.raises(BadData, match=r"has no index_train_K\.txt beside an index_test_K\.txt; a split is two files"):
        load_data(folder_of(tmp_path, index_test_0=None, index_test_3=None))


def test_one_of_several_targets_must_be_named(tmp_path):
    folder = folder_of(tmp_path, index_features="0\n", index_target="1\n2\n")
    with pytest.raises(
        BadValue, match=r"index_target\.txt names 2 columns, x1, x2; one is learned\. Name it: --target"
    ):
        load_data(folder)
    assert load_data(folder, "x2").columns == ("x0",)
