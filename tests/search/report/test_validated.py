"""What is kept of a champion's answers to the validation rows."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from search.report.validated import WORST, load_validated, save_validated, validated
from zoo.data import load_data
from zoo.errors import BadData
from zoo.goals import plain
from zoo.splits import split

from ...zoo.recordings import RATE, write_tones


@pytest.fixture(scope="module", params=["wine", "diabetes", "digits"])
def case(request):
    """Return the splits of a data set and made-up answers to its validation rows."""
    splits = split(load_data(request.param))
    random = np.random.default_rng(0)
    rows, outputs = len(splits.validation), splits.task.outputs
    answers = random.dirichlet(np.ones(outputs), rows) if splits.task.classes else random.normal(size=(rows, 1))
    return splits, answers.astype(np.float32)


def test_the_worst_rows_are_those_of_the_highest_loss(case):
    splits, answers = case
    found = validated(answers, splits)
    if splits.task.classes:
        loss = [-np.log(float(row[true])) for row, true in zip(answers, splits.validation.y, strict=True)]
    else:
        spread = splits.validation.scale.deviation
        loss = [
            abs(float(row[0]) - float(true)) * spread for row, true in zip(answers, splits.validation.y, strict=True)
        ]
    expected = sorted(loss, reverse=True)[:WORST]
    assert found.loss[found.worst] == pytest.approx(expected, rel=1e-4)


def test_it_reads_back_as_it_was_written(case, tmp_path):
    found = validated(case[1], case[0])
    save_validated(found, tmp_path / "validation.npz")
    again = load_validated(tmp_path / "validation.npz")
    for name, value in vars(found).items():
        if isinstance(value, np.ndarray):
            assert np.array_equal(getattr(again, name), value)
    assert (again.classes, again.modality, again.notes) == (found.classes, found.modality, found.notes)


def test_quantities_are_in_the_targets_own_units():
    splits = split(load_data("diabetes"))
    found = validated(splits.validation.y[:, None], splits)
    assert found.truth.min() >= 25 and found.truth.max() <= 346
    assert found.loss == pytest.approx(np.zeros(len(found.truth)), abs=1e-9)


def test_a_note_tells_the_cells_of_a_table_that_lie_farthest_from_the_training_rows():
    dataset = load_data("wine")
    splits = split(dataset)
    raw = [row for row in dataset.x if np.allclose(splits.preparation.apply(row[None])[0], splits.validation.x[0])]
    answers = np.full((len(splits.validation), 3), 1 / 3)
    answers[0] = np.where(np.arange(3) == splits.validation.y[0], 1e-6, 0.5)
    found = validated(answers, splits)
    cell = int(np.abs(splits.validation.x[0]).argmax())
    assert found.worst[0] == 0
    assert found.notes[0].startswith(f"{dataset.columns[cell]} {plain(raw[0][cell])} (")


def test_only_tables_have_notes(case):
    splits, answers = case
    assert len(validated(answers, splits).notes) == (WORST if splits.task.modality == "table" else 0)


def test_there_may_be_none(tmp_path):
    assert load_validated(tmp_path / "validation.npz") is None


def test_a_broken_file_is_named(tmp_path):
    (tmp_path / "validation.npz").write_bytes(b"half")
    with pytest.raises(BadData, match=r"validation\.npz cannot be read"):
        load_validated(tmp_path / "validation.npz")


def test_a_forecasts_steps_are_kept_in_their_own_units_and_in_time(tmp_path):
    values = np.arange(80.0) ** 1.5
    frame = pd.DataFrame({"t": np.arange(80), "v": values})
    splits = split(load_data(frame, target="v", time="t", lookback=6, horizon=3), preparation={"window": "last"})
    found = validated(splits.validation.y, splits)
    np.testing.assert_allclose(found.truth, splits.dataset.y[splits.places.validation], rtol=1e-5)
    np.testing.assert_allclose(found.said, found.truth)
    assert found.loss.shape == (len(splits.validation),)
    save_validated(found, tmp_path / "validation.npz")
    assert load_validated(tmp_path / "validation.npz").ordered


def test_recordings_keep_their_outline_length_and_file(tmp_path):
    names = [f"{pitch}/{count:02}.wav" for pitch in ("high", "low") for count in range(30)]
    splits = split(load_data(str(write_tones(tmp_path / "tones", names, {"high": 900, "low": 300}))))
    answers = np.eye(2, dtype=np.float32)[1 - splits.validation.y] * 0.8 + 0.1
    found = validated(answers, splits)
    save_validated(found, tmp_path / "validation.npz")
    again = load_validated(tmp_path / "validation.npz")
    worst = splits.places.validation[found.worst]
    waves = [splits.dataset.x[place] for place in worst]
    for kept in (found, again):
        assert kept.notes == tuple(splits.dataset.names[place] for place in worst)
        assert kept.seconds == pytest.approx([len(wave) / RATE for wave in waves])
        assert kept.waves[:, :, 1].max(axis=1) == pytest.approx([wave.max() for wave in waves])
        assert kept.waves[:, :, 0].min(axis=1) == pytest.approx([wave.min() for wave in waves])


def test_a_file_of_an_earlier_version_has_no_outlines(case, tmp_path):
    save_validated(validated(case[1], case[0]), tmp_path / "validation.npz")
    with np.load(tmp_path / "validation.npz") as stored:
        np.savez(tmp_path / "old.npz", **{name: stored[name] for name in stored if name not in ("waves", "seconds")})
    assert not len(load_validated(tmp_path / "old.npz").waves)
