"""`compress` on a study and on a bundle: files that hold, kept when it is killed, and measured once on test rows."""

from __future__ import annotations

import json
import shutil

import pytest

import search
import search.compressing
import zoo
from search.compressing.rows import Journal
from search.terminal.cli_compress import seconds_of, share_of
from search.watcher import Watcher
from zoo.data import load_data
from zoo.errors import BadValue, UnknownName
from zoo.evaluation import evaluate
from zoo.splits import split


@pytest.fixture(scope="module")
def copied(study, tmp_path_factory):
    """The study in a root of its own."""
    return shutil.copytree(study.root, tmp_path_factory.mktemp("compressed"), dirs_exist_ok=True)


@pytest.fixture(scope="module")
def answer(copied):
    return search.compress("wine", max_drop=0.03, root=copied)


class Impatient(Watcher):
    """Asks for the end when the `last` attempt begins."""

    def __init__(self, last):
        self.stages, self._last = [], last

    def stage(self, text):
        self.stages.append(text)
        self.stop_asked = len(self.stages) > self._last


@pytest.mark.slow
def test_the_file_to_ship_is_the_smallest_that_holds_and_does_what_its_row_says(answer, copied):
    pick = answer.pick
    rows = split(load_data("wine"))
    bundle = zoo.load(copied / pick.path)
    model = bundle.model
    assert evaluate(model, rows.validation).metrics == pytest.approx(pick.validation)
    assert evaluate(model, rows.test).metrics == pytest.approx(answer.test)
    assert pick.sha256 == bundle.sha256
    assert pick.bytes == (copied / pick.path / "model.tflite").stat().st_size
    assert pick.bytes == min(row.bytes for row in answer.rows if answer.bounds.holds(row))
    assert pick.validation["accuracy"] >= answer.score - 0.03


@pytest.mark.slow
def test_everything_was_tried_and_kept(answer, copied):
    assert answer.is_over
    methods = {step["method"] for row in answer.rows for step in row.steps}
    assert {"channels", "low_rank"} <= methods
    assert Journal(copied / answer.folder / "files.jsonl").rows() == answer.rows


@pytest.mark.slow
def test_the_same_call_answers_from_what_is_kept(answer, copied, monkeypatch):
    monkeypatch.setattr(search.compressing, "smaller", None)  # nothing is made and no test row is looked at again
    again = search.compress("wine", max_drop=0.03, root=copied)
    assert again.to_json() == json.loads(json.dumps(answer.to_json()))


@pytest.mark.slow
def test_a_compression_that_was_stopped_goes_on_to_the_same_answer(answer, study, tmp_path):
    root = shutil.copytree(study.root, tmp_path / "stopped")
    watcher = Impatient(last=4)
    with pytest.raises(KeyboardInterrupt):
        search.compress("wine", max_drop=0.03, root=root, watcher=watcher)
    folder = root / answer.folder
    kept = Journal(folder / "files.jsonl").rows()
    assert 0 < len(kept) < len(answer.rows)
    found = search.compress("wine", max_drop=0.03, root=root)
    assert [row.key for row in found.rows] == [row.key for row in answer.rows]
    assert [(row.bytes, row.validation) for row in found.rows] == [(row.bytes, row.validation) for row in answer.rows]
    assert found.test == answer.test


@pytest.mark.slow
def test_a_keras_bundle_is_compressed_without_training_it_again(study, tmp_path):
    said = []

    class Heard(Watcher):
        def said(self, text):
            said.append(text)

    bundle = study.root / "mlruns" / "studies" / "wine" / "exports" / "keras_file-float32"
    found = search.compress(bundle, max_drop=0.03, budget_s=1e-3, root=tmp_path, watcher=Heard())
    assert not found.is_over
    assert {row.method for row in found.rows} == {"as trained"}
    assert found.folder.startswith("mlruns/compressed/keras_file-float32-")
    assert not [text for text in said if "again" in text]


@pytest.mark.slow
def test_for_a_microcontroller_the_file_to_ship_lies_there_as_c_as_well_and_says_what_it_takes(study, tmp_path):
    bundle = study.root / "mlruns" / "studies" / "wine" / "exports" / "keras_file-float32"
    found = search.compress(bundle, max_drop=0.5, device="micro", budget_s=1e-3, root=tmp_path)
    (made,) = found.to_json()["beside"]
    assert (made["format"], made["precision"]) == ("c_array", found.pick.precision) == ("c_array", "int8")
    assert made["footprint"]["flash_bytes"] > made["bytes"]
    assert (tmp_path / made["path"] / "preparation.c").is_file()


@pytest.mark.slow
def test_a_limit_that_nothing_meets_gives_no_file_and_says_so(copied, answer):
    found = search.compress("wine", max_drop=0.03, limit=["bytes=100"], root=copied)
    assert found.pick is None
    assert found.summary().startswith("no file holds accuracy")
    assert found.to_json()["pick"] is None


def test_a_study_there_is_not_is_named(tmp_path):
    with pytest.raises(UnknownName, match="no study is named 'wine'"):
        search.compress("wine", root=tmp_path)


def test_a_study_is_not_given_data(study):
    with pytest.raises(BadValue, match="a study knows its data"):
        search.compress("wine", "wine.csv", root=study.root)


@pytest.mark.parametrize("drop", [-0.1, 1.0])
def test_a_drop_that_is_no_share_is_refused(drop, tmp_path):
    with pytest.raises(BadValue, match="it must be a share from 0 to below 1"):
        search.compress("wine", max_drop=drop, root=tmp_path)


@pytest.mark.parametrize(
    ("text", "share"), [("1%", 0.01), ("0.01", 0.01), (" 2.5 % ", 0.025), (".5%", 0.005), ("0", 0)]
)
def test_a_share_is_read_as_people_write_it(text, share):
    assert share_of(text) == pytest.approx(share)


@pytest.mark.parametrize(("text", "seconds"), [("10m", 600), ("90s", 90), ("1h", 3600), ("600", 600), ("1.5 min", 90)])
def test_a_time_is_read_as_people_write_it(text, seconds):
    assert seconds_of(text) == seconds


@pytest.mark.parametrize(
    ("read", "text"), [(share_of, "much"), (share_of, "-1%"), (seconds_of, "soon"), (seconds_of, "5d")]
)
def test_another_text_is_refused_with_an_example(read, text):
    with pytest.raises(BadValue, match="Try --"):
        read(text)
