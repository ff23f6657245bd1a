"""Tables of one column of free text are data of text."""

import pytest

from zoo.data import load_data
from zoo.errors import BadData

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


def test_weights_and_groups_of_texts_are_kept(tmp_path):
    rows = "".join(f'{"ab"[row % 2]},"{text}",{row % 3},g{row % 6}\n' for row, text in enumerate(lines()))
    (tmp_path / "mail.csv").write_text("label,text,w,home\n" + rows)
    dataset = load_data(tmp_path / "mail.csv", target="label", weight="w", group="home")
    assert (dataset.modality, dataset.weights.tolist()) == ("text", [row % 3 for row in range(30)])
    assert [dataset.group_names[group] for group in dataset.groups] == [f"g{row % 6}" for row in range(30)]


def test_texts_beside_other_columns_are_left_out_with_what_to_do_about_it(tmp_path):
    rows = "".join(f'{row * row},"{text}",{"ab"[row % 2]}\n' for row, text in enumerate(lines()))
    (tmp_path / "mail.csv").write_text("n,text,label\n" + rows)
    (told,) = load_data(tmp_path / "mail.csv", target="label").warnings[:1]
    assert told.startswith("column 'text' is left out")
    assert told.endswith("to learn from its texts alone, ignore all others (--ignore)")


def test_two_columns_of_texts_are_refused_with_the_option_that_leaves_one(tmp_path):
    rows = "".join(f'"{text}","{text} too",{"ab"[row % 2]}\n' for row, text in enumerate(lines()))
    (tmp_path / "mail.csv").write_text("title,body,label\n" + rows)
    with pytest.raises(BadData, match=r"nor does any other column\. To learn from the texts in 'title', ignore all"):
        load_data(tmp_path / "mail.csv", target="label")


def test_times_and_numbers_between_spaces_are_no_free_text(tmp_path):
    write(tmp_path, "times.csv", [f"Thu 25 March 2021 13 45 {row}" for row in range(30)])
    with pytest.raises(BadData, match=r"column 'text' tells nothing .* and there is no other\. Add columns"):
        load_data(tmp_path / "times.csv", target="label")


@pytest.mark.parametrize(
    "letters",
    [
        "\u5f88\u597d\u770b\u7684\u7535\u5f71\u6211",
        "\u0e14\u0e35\u0e21\u0e32\u0e01\u0e04\u0e23",
        "\u3068\u3066\u3082\u3088\u3044\u3067\u3059",
    ],
)
def test_texts_in_scripts_without_spaces_between_words_are_free_text(tmp_path, letters):
    texts = [
        "".join(letters[(row * step + row // 7) % 7] for step in range(2, 12)) + letters[: row % 5] for row in range(30)
    ]
    write(tmp_path, "mail.csv", texts)
    assert load_data(tmp_path / "mail.csv", target="label").modality == "text"


def test_short_words_in_such_scripts_are_no_free_text(tmp_path):
    write(tmp_path, "towns.csv", [chr(0x4E00 + row) + chr(0x5E02) for row in range(30)])
    with pytest.raises(BadData, match="name single rows"):
        load_data(tmp_path / "towns.csv", target="label")
