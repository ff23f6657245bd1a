"""`compress` on a study and on a bundle: files that hold, kept when it is killed, and measured once on test rows."""

from __future__ import annotations

import json
import shutil

import pytest

import search
import zoo
from search.compressing import compressing, ladder, opened
from search.compressing.rows import Journal, Row
from search.compressing.standing import compressions
from search.files import StudyFiles
from search.terminal.cli_compress import seconds_of, share_of
from search.watcher import Watcher
from zoo.data import load_data
from zoo.errors import BadData, BadValue, UnknownName, Unsupported
from zoo.evaluation import evaluate
from zoo.exporting import export
from zoo.recipe import Recipe, Source, TrainConfig
from zoo.splits import split
from zoo.training.fitting import fit


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
    monkeypatch.setattr(opened, "smaller", None)  # nothing is made and no test row is looked at again
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
    (told,) = compressions(StudyFiles(root, "wine"))
    assert (told.state, told.rows, told.command) == ("unfinished", kept, "zoo compress wine --max-drop 3%")
    found = search.compress("wine", max_drop=0.03, root=root)
    (told,) = (one.to_json() for one in compressions(StudyFiles(root, "wine")))
    assert {**told, **found.to_json()} == told and told["state"] == "finished"
    assert "all was tried" in StudyFiles(root, "wine").page.read_text("utf-8")
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


class Hasty(Watcher):
    """Asks for the end once so many files were made."""

    def __init__(self, files):
        self._left = files

    def heed(self):
        self._left -= 1
        if self._left < 0:
            raise KeyboardInterrupt


def _of_the_whole_model(*found, whole):
    """Try no smaller models: what they are is not what is tested."""
    return ladder.next_attempt(*found, whole=True)


@pytest.mark.slow
def test_files_are_kept_one_by_one_and_made_again_where_they_are_gone_or_their_converter_was(
    study, tmp_path, monkeypatch
):
    monkeypatch.setattr(compressing, "next_attempt", _of_the_whole_model)
    bundle = study.root / "mlruns" / "studies" / "wine" / "exports" / "keras_file-float32"
    asked = {"device": "server", "root": tmp_path}
    with pytest.raises(KeyboardInterrupt):
        search.compress(bundle, **asked, watcher=Hasty(2))
    (journal,) = (Journal(path) for path in tmp_path.rglob("files.jsonl"))
    first = journal.rows()
    assert [row.precision for row in first] == ["float32", "float16"]
    rows = search.compress(bundle, **asked).rows
    assert rows[:2] == first and len({row.precision for row in rows}) == len(rows) > 3
    for row in first:
        shutil.rmtree(tmp_path / row.path)
    lost = Row((), "float16", skipped="the converter was killed", lost=True)
    journal.add([lost])
    again = {row.precision: row for row in search.compress(bundle, **asked).rows}
    assert (tmp_path / again["float32"].path).is_dir()
    assert again["float16"].bytes == rows[1].bytes
    assert len(journal.rows()) == len(rows) + 3
    journal.add([lost] * 2)
    (last,) = (row for row in search.compress(bundle, **asked).rows if row.precision == "float16")
    assert last == lost


@pytest.mark.slow
def test_for_a_microcontroller_every_file_is_the_one_that_ships_there_and_says_what_it_takes(study, tmp_path):
    bundle = study.root / "mlruns" / "studies" / "wine" / "exports" / "keras_file-float32"
    found = search.compress(bundle, max_drop=0.5, device="micro", limit="latency=1s", budget_s=1e-3, root=tmp_path)
    assert {(row.format, row.precision) for row in found.rows} == {("c_array", "float32"), ("c_array", "int8")}
    pick = found.to_json()["pick"]
    assert pick["bytes"] == (tmp_path / pick["path"] / "model.tflite").stat().st_size
    assert pick["footprint"]["flash_bytes"] > pick["bytes"]
    assert (tmp_path / pick["path"] / "preparation.c").is_file()
    others = search.compress(bundle, max_drop=0.5, device="server", budget_s=1e-3, root=tmp_path)
    assert {row.format for row in others.rows} == {"tflite"}
    assert {row.precision for row in others.rows} >= {"float32", "float16", "dynamic", "int8"}


@pytest.mark.slow
def test_a_model_that_no_microcontroller_runs_is_refused_before_it_is_trained_and_nothing_is_written(
    workspace, tmp_path
):
    wine = workspace.splits(Source("wine"))
    recipe = Recipe(Source("wine"), "mlp", {"activation": "gelu"}, train=TrainConfig(epochs=1))
    bundle = export(fit(recipe, wine, workspace), wine, out=tmp_path / "gelu").path
    watcher = Impatient(last=9)
    watcher.said = pytest.fail  # that it is trained again
    with pytest.raises(Unsupported, match="does not run on device micro: .* no operator GELU. Train one that does"):
        search.compress(bundle, device="micro", root=tmp_path / "root", watcher=watcher)
    assert not (tmp_path / "root").exists() and not watcher.stages


@pytest.mark.slow
def test_a_limit_that_nothing_meets_gives_no_file_and_says_so(copied, answer):
    found = search.compress("wine", max_drop=0.03, limit=["bytes=100"], root=copied)
    assert found.pick is None
    assert found.summary().startswith("no file holds accuracy")
    assert found.to_json()["pick"] is None


def test_a_study_there_is_not_is_named(tmp_path):
    with pytest.raises(UnknownName, match="no study is named 'wine'"):
        search.compress("wine", root=tmp_path)


def test_a_damaged_bundle_is_refused_before_anything_is_made(study, tmp_path):
    exports = study.root / "mlruns" / "studies" / "wine" / "exports"
    bundle = shutil.copytree(exports / "keras_file-float32", tmp_path / "bundle")
    torn = bytearray((bundle / "model.keras").read_bytes())
    torn[len(torn) // 2] ^= 1
    (bundle / "model.keras").write_bytes(torn)
    with pytest.raises(BadData, match=r"model\.keras was changed after the export: its sha256 differs"):
        search.compress(bundle, root=tmp_path / "root")
    assert not (tmp_path / "root").exists()


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
    ("read", "text"),
    [(share_of, "much"), (share_of, "-1%"), (share_of, "100%"), (seconds_of, "soon"), (seconds_of, "5d")],
)
def test_another_text_is_refused_with_an_example(read, text):
    with pytest.raises(BadValue, match="Try --"):
        read(text)
