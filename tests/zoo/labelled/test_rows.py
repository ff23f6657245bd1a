"""Labelled rows: read from wherever they are, prepared as the bundle prepares, and never those that were learned."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from zoo.bundle import load, predict
from zoo.data import load_data
from zoo.errors import BadData, BadValue
from zoo.exporting import export
from zoo.labelled.rows import labelled_rows
from zoo.pipeline import run
from zoo.recipe import Recipe, TrainConfig
from zoo.splits import split
from zoo.workspace import Workspace

PLANS = ("basic", "gold", "team")
BRIEF = TrainConfig(epochs=2)


@pytest.fixture(scope="module")
def frame():
    """Ages, a plan as a code, what is paid and whether it is renewed; quantities and classes to learn."""
    random = np.random.default_rng(0)
    age, plan = random.integers(18, 80, 120), random.integers(0, 3, 120)
    paid = 10.0 + 0.5 * age + 7 * plan + random.normal(size=120)
    renewed = np.where(age + 10 * plan > 55, "yes", "no")
    return pd.DataFrame({"age": age, "plan": plan, "paid": paid.round(2), "renewed": renewed})


@pytest.fixture(scope="module")
def bundles(frame, tmp_path_factory):
    """A bundle that answers whether it is renewed and one that answers what is paid, each with its training file."""
    folder, workspace = tmp_path_factory.mktemp("bundles"), Workspace(1)
    made = {}
    for target in ("renewed", "paid"):
        file = folder / f"{target}.csv"
        frame[["age", "plan", target]].to_csv(file, index=False)
        source = load_data(file, target).source
        trained = run(Recipe(source, "mlp", {"units": 8}, train=BRIEF), workspace).trained
        export(trained, workspace.splits(source), out=folder / target)
        made[target] = load(folder / target)
    return made


@pytest.fixture
def digits_bundle(exports):
    return load(exports["mlp", "tflite", "int8"].path)


def fresh(frame, target):
    """Return five rows that no file holds, with a column more and in another order."""
    return frame.head(5).assign(age=[20, 30, 40, 50, 60], remark="x")[["remark", target, "plan", "age"]]


@pytest.mark.slow
def test_a_table_is_read_by_the_names_of_its_columns_and_its_target(bundles, frame, tmp_path):
    rows = fresh(frame, "renewed")
    rows.to_csv(tmp_path / "fresh.csv", index=False)
    found = labelled_rows(bundles["renewed"], tmp_path / "fresh.csv")
    expected = bundles["renewed"].preparation.apply(rows[["age", "plan"]].to_numpy("float64"))
    np.testing.assert_array_equal(found.split.x, expected)
    assert [bundles["renewed"].classes[label] for label in found.split.y] == list(rows["renewed"])
    assert not found.own


def test_a_data_frame_is_read_as_the_file_it_could_be_written_to(bundles, frame, tmp_path):
    for target, bundle in bundles.items():
        rows = fresh(frame, target)
        rows.to_csv(tmp_path / "fresh.csv", index=False)
        one, other = labelled_rows(bundle, rows).split, labelled_rows(bundle, tmp_path / "fresh.csv").split
        np.testing.assert_array_equal(one.x, other.x)
        np.testing.assert_array_equal(one.y, other.y)


def test_quantities_are_put_on_the_scale_of_the_training_rows(bundles, frame):
    rows = fresh(frame, "paid")
    found = labelled_rows(bundles["paid"], rows).split
    assert found.scale == bundles["paid"].preparation.target
    np.testing.assert_allclose(found.scale.undo(found.y), rows["paid"], rtol=1e-6)


@pytest.mark.parametrize("rows", [1, 3])
def test_as_few_rows_as_there_are_do_and_one_class_is_enough(bundles, frame, rows):
    found = labelled_rows(bundles["renewed"], fresh(frame, "renewed").assign(renewed="no").head(rows))
    assert found.split.y.tolist() == [0] * rows


def test_of_the_data_that_was_learned_from_only_the_test_rows_are_taken(bundles, digits_bundle, digits):
    found = labelled_rows(digits_bundle, "digits")
    assert found.own
    np.testing.assert_array_equal(found.split.x, digits.test.x)
    np.testing.assert_array_equal(found.split.y, digits.test.y)
    assert labelled_rows(bundles["paid"], bundles["paid"].recipe["data"]["path"]).own


@pytest.mark.parametrize("labels", [np.str_, np.int64, np.float32], ids=str)
def test_arrays_are_taken_whatever_type_their_labels_have(digits_bundle, digits, labels, tmp_path):
    images, answers = digits.dataset.x[:7, ..., 0], digits.dataset.y[:7].astype(labels)
    np.savez(tmp_path / "fresh.npz", x=images, y=answers)
    for data in ((images, answers), tmp_path / "fresh.npz"):
        found = labelled_rows(digits_bundle, data).split
        np.testing.assert_array_equal(found.x, digits.preparation.apply(digits.dataset.x[:7]))
        np.testing.assert_array_equal(found.y, digits.dataset.y[:7])


def test_a_class_that_the_model_does_not_know_is_bad_data(bundles, frame, tmp_path):
    fresh(frame, "renewed").replace({"renewed": {"no": "maybe"}}).to_csv(tmp_path / "odd.csv", index=False)
    with pytest.raises(
        BadData, match="odd.csv: column 'renewed' holds 'maybe', which is none of the 2 classes no, yes"
    ):
        labelled_rows(bundles["renewed"], tmp_path / "odd.csv")


@pytest.mark.parametrize(
    ("target", "text", "words"),
    [
        ("paid", "age,plan\n30,1\n", "has no column 'paid', which the model answers. Add it"),
        ("paid", "age,plan,paid\n30,1,much\n", "the target is 'much' in row 1; the model answers numbers"),
        ("paid", "age,plan,paid\n30,1,\n", "column 'paid' is missing in 1 of 1 rows"),
        ("renewed", "age,plan,renewed\n30,1,yes\n31,1,\n", "column 'renewed' is missing in 1 of 2 rows"),
        ("renewed", "age,renewed\n30,yes\n", "no column 'plan', which the model was trained on"),
        ("renewed", "age,plan,renewed\n", "add rows"),
    ],
)
def test_what_does_not_fit_is_bad_data(bundles, target, text, words, tmp_path):
    (tmp_path / "fresh.csv").write_text(text)
    with pytest.raises(BadData, match=words):
        labelled_rows(bundles[target], tmp_path / "fresh.csv")


def test_rows_without_answers_are_bad_data(bundles, digits_bundle, digits, frame, tmp_path):
    np.savez(tmp_path / "rows.npz", x=digits.dataset.x[:3])
    with pytest.raises(BadData, match="no array 'y' of right answers"):
        labelled_rows(digits_bundle, tmp_path / "rows.npz")
    with pytest.raises(BadData, match="y has 2 answers and there are 3 rows"):
        labelled_rows(digits_bundle, (digits.dataset.x[:3], [1, 2]))
    with pytest.raises(BadData, match="the data frame has no column 'renewed'"):
        labelled_rows(bundles["renewed"], frame[["age", "plan"]])


def table_of_digits(digits, path):
    """Write five digits with their pixels' names and the answers in a column `shown`."""
    pixels = digits.dataset.x[:5].reshape(5, -1)
    pd.DataFrame(pixels, columns=digits.dataset.columns).assign(shown=digits.dataset.y[:5]).to_csv(path, index=False)
    return path


def test_a_column_of_answers_can_be_named_and_must_be_where_the_model_learned_from_no_table(
    digits_bundle, digits, tmp_path
):
    path = table_of_digits(digits, tmp_path / "five.csv")
    for data in (path, pd.read_csv(path)):
        with pytest.raises(BadValue, match="name that of the right answers: --target COLUMN"):
            labelled_rows(digits_bundle, data)
        found = labelled_rows(digits_bundle, data, target="shown").split
        np.testing.assert_array_equal(found.y, digits.dataset.y[:5])
        np.testing.assert_array_equal(found.x, digits.preparation.apply(digits.dataset.x[:5]))


@pytest.mark.slow
def test_columns_of_text_are_read_as_they_were_learned_whatever_else_the_fresh_rows_hold(tmp_path, workspace):
    random = np.random.default_rng(0)
    plans = random.choice(["basic", "gold", "team"], 90)
    learned = pd.DataFrame({"plan": plans, "age": random.integers(18, 80, 90), "renewed": plans != "basic"})
    learned.to_csv(tmp_path / "learned.csv", index=False)
    source = load_data(tmp_path / "learned.csv", "renewed").source
    trained = run(Recipe(source, "mlp", {"units": 8}, train=BRIEF), workspace).trained
    export(trained, workspace.splits(source), out=tmp_path / "app")
    pd.DataFrame({"plan": ["team", "new"], "age": [20, 30], "renewed": [True, False]}).to_csv(
        tmp_path / "fresh.csv", index=False
    )
    bundle, told = load(tmp_path / "app"), "1 of 2 cells of 'plan' are none of the 3 texts that the model tells apart"
    for data in (tmp_path / "fresh.csv", pd.read_csv(tmp_path / "fresh.csv")):
        labelled = labelled_rows(bundle, data)
        assert labelled.split.y.tolist() == [1, 0]
        assert labelled.split.x.shape == (2, *trained.task.input_shape)
        assert labelled.notes == bundle.predict(pd.read_csv(tmp_path / "fresh.csv")).notes == (told,)


@pytest.mark.slow
def test_series_are_read_from_a_file_of_labels_and_numbers(tmp_path, workspace):
    random = np.random.default_rng(0)
    speed = random.integers(1, 3, 60)
    waves = np.sin(speed[:, np.newaxis] * np.linspace(0, 6, 12) + random.uniform(0, 6, (60, 1)))
    np.savetxt(tmp_path / "Waves_TRAIN.tsv", np.column_stack([speed, waves]), delimiter="\t")
    source = load_data(tmp_path / "Waves_TRAIN.tsv").source
    trained = run(Recipe(source, "mlp", {"units": 8}, train=BRIEF), workspace).trained
    export(trained, workspace.splits(source), out=tmp_path / "app")
    np.savetxt(tmp_path / "later.tsv", np.column_stack([speed, waves])[:4], delimiter="\t")
    found = labelled_rows(load(tmp_path / "app"), tmp_path / "later.tsv").split
    answers = predict(tmp_path / "app", tmp_path / "Waves_TRAIN.tsv")
    assert answers.labels == load(tmp_path / "app").predict(waves).labels
    assert "is taken for its label" in answers.notes[0]
    assert [str(trained.task.classes[label]) for label in found.y] == [str(one) for one in speed[:4]]
    assert found.x.shape == (4, 12, 1)


@pytest.mark.slow
def test_of_a_frame_or_arrays_that_was_learned_from_only_the_test_rows_are_taken(bundles, frame, tmp_path, workspace):
    for target, bundle in bundles.items():
        learned = frame[["age", "plan", target]]
        one, other = labelled_rows(bundle, learned), labelled_rows(bundle, bundle.recipe["data"]["path"])
        assert one.own
        np.testing.assert_array_equal(one.split.x, other.split.x)
        assert not labelled_rows(bundle, learned.head(60)).own
    random = np.random.default_rng(0)
    data = random.normal(size=(90, 6)).astype("float32"), random.integers(0, 2, 90)
    for modality in ("table", "series"):
        source = load_data(data, modality=modality)
        workspace.add(split(source))
        trained = run(Recipe(source.source, "mlp", {"units": 8}, train=BRIEF), workspace).trained
        export(trained, split(source), out=tmp_path / modality)
        found = labelled_rows(load(tmp_path / modality), data)
        assert found.own
        np.testing.assert_array_equal(found.split.x, split(source).test.x)


def test_of_an_archive_with_a_test_part_that_part_is_taken(digits_bundle, digits, tmp_path):
    x, y = digits.dataset.x, digits.dataset.y
    np.savez(tmp_path / "parts.npz", x=x[:50], y=y[:50], x_test=x[50:57], y_test=y[50:57])
    found = labelled_rows(digits_bundle, tmp_path / "parts.npz").split
    np.testing.assert_array_equal(found.x, digits.preparation.apply(x[50:57]))
    np.testing.assert_array_equal(found.y, y[50:57])
    np.savez(tmp_path / "half.npz", x=x[:9], y=y[:9], x_test=x[50:57])
    assert len(labelled_rows(digits_bundle, tmp_path / "half.npz").split) == 9


@pytest.mark.slow
def test_decimal_commas_are_judged_and_predicted_as_plain_numbers_are(frame, tmp_path, workspace):
    quantities = frame[["age", "plan", "paid"]].assign(age=frame["age"] / 4)
    quantities.to_csv(tmp_path / "learned.csv", sep=";", decimal=",", index=False)
    source = load_data(tmp_path / "learned.csv", "paid").source
    trained = run(Recipe(source, "mlp", {"units": 8}, train=BRIEF), workspace).trained
    export(trained, workspace.splits(source), out=tmp_path / "bundle")
    bundle, rows = load(tmp_path / "bundle"), quantities.head(9) + 0.25
    rows.to_csv(tmp_path / "fresh.csv", sep=";", decimal=",", index=False)
    texts = pd.read_csv(tmp_path / "fresh.csv", sep=";", dtype=str)
    plain = labelled_rows(bundle, rows).split
    for given in (tmp_path / "fresh.csv", texts):
        found = labelled_rows(bundle, given).split
        np.testing.assert_array_equal(found.x, plain.x)
        np.testing.assert_array_equal(found.y, plain.y)
    answers = predict(bundle, tmp_path / "fresh.csv").quantities
    np.testing.assert_array_equal(answers, predict(bundle, rows).quantities)
