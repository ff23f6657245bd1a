"""Tables of one column of free text are data of text."""

import pytest

from zoo.data import load_data

WORDS = ("the", "red", "fox", "runs", "over", "a", "hill", "again")


def lines(rows=30, words=5):
    return [" ".join(WORDS[(row * step + step) % 8] for step in range(1, words)) + f" {row}" for row in range(rows)]


def write(folder, name, texts, extra=""):
    rows = "".join(f'{"ab"[row % 2]},"{text}"{extra}\n' for row, text in enumerate(texts))
    (folder / name).write_text(f"label,text{extra}\n" + rows)


@pytest.mark.parametrize("extra", ["", ",,"])
def test_the_one_column_of_free_text_is_data_of_text(tmp_path, extra):
    write(tmp_path, "mail.csv", lines(), extra)
    dataset = load_data(tmp_path / "mail.csv", target="label")
    assert (dataset.modality, dataset.classes, dataset.columns) == ("text", ("a", "b"), ("text",))
    assert dataset.x.tolist() == lines()


def test_a_folder_keeps_the_texts_to_test_with(tmp_path):
    write(tmp_path, "train.csv", lines())
    write(tmp_path, "test.csv", lines(4))
    dataset = load_data(tmp_path, target="label")
    assert (dataset.x_test.tolist(), dataset.y_test.tolist()) == (lines(4), [0, 1, 0, 1])


def test_names_of_two_words_and_texts_that_repeat_are_no_free_text(tmp_path):
    write(tmp_path, "towns.csv", [f"New Town {row % 5} b c" for row in range(30)])
    assert load_data(tmp_path / "towns.csv", target="label").modality == "table"
