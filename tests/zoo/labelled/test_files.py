"""Labelled data of every kind: a bundle knows its own test rows again, and reads others as it takes them."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from zoo.bundle import Bundle
from zoo.data import load_data
from zoo.errors import BadData, UnknownName
from zoo.formats import Variant
from zoo.labelled.rows import labelled_rows
from zoo.rows import named_rows
from zoo.splits import split

from ..data.pictures import draw, drawn_classes
from ..recordings import tone, write_tones, write_wave

NAMED = "{label}_{speaker}_{index}"


def pictures(folder, sizes=((6, 5, 3),)):
    for place, name in enumerate(("cat", "dog")):
        for at in range(8):
            draw(folder / name / f"{at}.png", sizes[(at + place) % len(sizes)])
    return {}


def sounds(folder):
    names = [f"{word}_{'abcdef'[at % 6]}_{at}.wav" for word in ("hi", "lo") for at in range(12)]
    write_tones(folder, names, {"hi": 1500, "lo": 200})
    return {"pattern": NAMED, "group": "speaker"}


def lines(folder):
    folder.mkdir()
    words = [f"{'good' if at % 2 else 'bad'} day {'or night ' * (at % 3)}number {at}" for at in range(40)]
    (folder / "lines.txt").write_text("".join(f"{at % 2}\t{text}\n" for at, text in enumerate(words)))
    return {}


def people(folder):
    folder.mkdir()
    age = np.arange(60) % 47
    frame = pd.DataFrame({"who": [f"p{at}" for at in range(60)], "weight": 1 + age % 3, "home": age % 6, "age": age})
    frame.assign(note=age**2, kind=np.where(age > 20, "old", "young")).to_csv(folder / "rows.csv", index=False)
    return {"target": "kind", "id": "who", "weight": "weight", "group": "home", "ignore": ("note",)}


def sales(folder):
    folder.mkdir()
    day = pd.date_range("2024-01-01", periods=90).strftime("%Y-%m-%d")
    frame = pd.DataFrame(
        {"day": day, "note": np.arange(90) % 4, "sold": 9 + np.sin(np.arange(90)), "rain": np.arange(90) % 5}
    )
    frame.to_csv(folder / "rows.csv", index=False)
    return {"target": "sold", "time": "day", "lookback": 6, "horizon": 2, "ignore": ("note",)}


def machines(folder):
    folder.mkdir()
    rows = [(f"m{at}", step, at * step % 7, "ab"[at % 2]) for at in range(24) for step in range(5)]
    pd.DataFrame(rows, columns=["who", "t", "up", "kind"]).to_csv(folder / "rows.csv", index=False)
    return {"target": "kind", "id": "who", "time": "t"}


KINDS = {
    "images": pictures,
    "images of several sizes": lambda folder: pictures(folder, ((6, 5, 3), (9, 9, 3))),
    "sounds": sounds,
    "texts": lines,
    "a table": people,
    "a forecast": sales,
    "a long table": machines,
}


def of_kind(kind, folder, **more):
    """Return a bundle, but for its model file, of data that is written to `folder`; and the path of the data."""
    options = {**KINDS[kind](folder), **more}
    files = [path for path in folder.iterdir() if path.suffix in (".csv", ".txt")]
    path = files[0] if files else folder
    splits = split(load_data(path, **options))
    recipe = {"data": asdict(splits.dataset.source), "preparation": {}}
    return Bundle(Path(), Variant("tflite"), "", splits.task.classes, splits.preparation, recipe, {}, {}), splits, path


@pytest.mark.parametrize("memory", [None, 1], ids=["in memory", "on the disk"])
@pytest.mark.parametrize("kind", KINDS)
def test_of_the_data_that_was_learned_from_the_test_rows_are_taken(kind, memory, tmp_path):
    bundle, splits, path = of_kind(kind, tmp_path / "data", memory=memory)
    found = labelled_rows(bundle, path)
    assert found.own
    np.testing.assert_array_equal(found.split.x, splits.test.x)
    np.testing.assert_array_equal(found.split.y, splits.test.y)


@pytest.mark.parametrize("memory", [None, 1], ids=["in memory", "on the disk"])
@pytest.mark.parametrize("kind", ["images", "images of several sizes"])
def test_images_of_other_sizes_and_colours_are_judged_as_they_are_predicted(kind, memory, tmp_path):
    bundle, _, _ = of_kind(kind, tmp_path / "data", memory=memory)
    for at, shape in enumerate(((6, 5), (20, 30, 3), (7, 7))):
        draw(tmp_path / "new" / "cat" / f"{at}.png", shape)
        draw(tmp_path / "new" / "dog" / f"{at}.png", shape)
    (tmp_path / "new" / "dog" / "torn.png").write_text("no image")
    found, read = labelled_rows(bundle, tmp_path / "new"), named_rows(tmp_path / "new", bundle.preparation)
    np.testing.assert_array_equal(found.split.x, bundle.preparation.apply(read.rows))
    assert found.split.y.tolist() == [0, 0, 0, 1, 1, 1]
    assert "dog/torn.png" in found.notes[0]


def test_where_a_folder_has_a_test_part_that_is_judged_on(tmp_path):
    bundle, _, _ = of_kind("images", tmp_path / "data")
    for part in ("train", "test"):
        drawn_classes(tmp_path / "new" / part, each=3)
    found, read = labelled_rows(bundle, tmp_path / "new"), named_rows(tmp_path / "new" / "test", bundle.preparation)
    np.testing.assert_array_equal(found.split.x, bundle.preparation.apply(read.rows))


@pytest.mark.parametrize("memory", [None, 1], ids=["in memory", "on the disk"])
@pytest.mark.parametrize("layout", ["{0}_x_{1}.wav", "{0}/{1}.wav"], ids=["by pattern", "in folders"])
def test_sounds_are_brought_to_the_rate_that_was_learned_from(layout, memory, tmp_path):
    bundle, _, _ = of_kind("sounds", tmp_path / "data", memory=memory)
    for name, hertz in (("hi", 1500), ("lo", 200)):
        for at in range(2):
            write_wave(tmp_path / "new" / layout.format(name, at), tone(hertz, rate=16_000), rate=16_000)
    found, read = labelled_rows(bundle, tmp_path / "new"), named_rows(tmp_path / "new", bundle.preparation)
    np.testing.assert_array_equal(found.split.x, bundle.preparation.apply(read.rows))
    assert [bundle.classes[place] for place in found.split.y] == ["hi", "hi", "lo", "lo"]


def test_neither_the_columns_that_were_ignored_nor_weights_ids_and_groups_are_needed(tmp_path):
    bundle, _, path = of_kind("a table", tmp_path / "data")
    whole = pd.read_csv(path).head(9)
    for suffix in (".csv", ".parquet"):
        whole[["kind", "age"]].to_csv(tmp_path / "new.csv", index=False)
        whole[["kind", "age"]].to_parquet(tmp_path / "new.parquet")
        found = labelled_rows(bundle, tmp_path / f"new{suffix}")
        np.testing.assert_allclose(found.split.x, bundle.preparation.apply(whole[["age"]].to_numpy(float)))


@pytest.mark.parametrize(
    ("kind", "kept"), [("a forecast", ["rain", "sold", "day"]), ("a long table", ["t", "kind", "who", "up"])]
)
def test_other_columns_of_series_are_neither_needed_nor_in_the_way(kind, kept, tmp_path):
    bundle, splits, path = of_kind(kind, tmp_path / "data")
    some = pd.read_csv(path).tail(40)
    some[kept].to_csv(tmp_path / "few.csv", index=False)
    some[kept].assign(more=1.5, words="x").to_csv(tmp_path / "more.csv", index=False)
    few, more, frame = (
        labelled_rows(bundle, data) for data in (tmp_path / "few.csv", tmp_path / "more.csv", some[kept])
    )
    assert len(few.split) == (40 - 7 if kind == "a forecast" else 8) and not few.own
    for other in (more, frame):
        np.testing.assert_array_equal(other.split.x, few.split.x)
        np.testing.assert_array_equal(other.split.y, few.split.y)


def test_texts_of_labels_that_were_left_out_are_left_out_again(tmp_path):
    (tmp_path / "old.txt").write_text("".join(f"{'abc'[at % 3]} some words {'more ' * (at % 4)}\n" for at in range(60)))
    dataset = load_data(tmp_path / "old.txt", ignore=("c",))
    splits = split(dataset)
    recipe = {"data": asdict(splits.dataset.source), "preparation": {}}
    bundle = Bundle(Path(), Variant("tflite"), "", splits.task.classes, splits.preparation, recipe, {}, {})
    (tmp_path / "new.txt").write_text("a some words\nc other words here\nb more words to read\n")
    found = labelled_rows(bundle, tmp_path / "new.txt")
    assert found.split.y.tolist() == [0, 1]
    assert found.notes == ("texts labelled 'c' are left out, as when it learned",)


@pytest.mark.parametrize(
    ("kind", "other", "words"),
    [
        ("images", "sounds", "holds audio files; this model takes image rows"),
        ("sounds", "images", "holds image files; this model takes audio rows"),
        ("texts", "images", "holds image files; this model takes text rows"),
        ("texts", "a forecast", "has 4 columns; this model takes texts"),
        ("sounds", "texts", "holds text files; this model takes audio rows"),
        ("a table", "a forecast", "no column 'age'"),
        ("a forecast", "texts", "no column is named"),
    ],
)
def test_data_of_another_kind_is_refused(kind, other, words, tmp_path):
    bundle, _, _ = of_kind(kind, tmp_path / "data")
    _, _, path = of_kind(other, tmp_path / "other")
    with pytest.raises((BadData, UnknownName), match=words):
        labelled_rows(bundle, path)


@pytest.mark.parametrize("name", ["new", "new/cat", "new/cat/0.png", "empty"])
def test_images_without_classes_are_refused(name, tmp_path):
    bundle, _, _ = of_kind("images", tmp_path / "data")
    draw(tmp_path / "new" / "cat" / "0.png")
    draw(tmp_path / "new" / "rat" / "0.png")
    (tmp_path / "empty").mkdir()
    with pytest.raises(BadData, match="rat|in a folder of its class|no reader takes|right answers"):
        labelled_rows(bundle, tmp_path / name)
