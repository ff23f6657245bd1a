"""Event files of trials, read back by TensorBoard's own reader, whatever was killed in between."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from pathlib import Path

import pytest
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.plugins.hparams import metadata
from tensorboard.plugins.hparams.plugin_data_pb2 import HParamsPluginData

from search.claiming.storage import database
from search.files import StudyFiles, write_json
from search.record.spool import Spool, trial_key
from search.record.spooled import retire
from search.record.tensorboard import begin, folder_of, update, update_all

from ..whole_studies import EPOCHS, ended, read_study, tune

ID = "0123456789ab"
PARAMS = {"model.builder": "mlp", "model.units": 64, "train.learning_rate": 0.003, "train.jit_compile": False}


@pytest.fixture
def files(tmp_path):
    files = StudyFiles(tmp_path, "wine")
    files.make()
    write_json(files.fingerprint, {"id": ID})
    return files


def spool_of(files: StudyFiles, slot: int, attempt: int = 0, study: str = "wine") -> Spool:
    return Spool(files.root, trial_key(study, slot, attempt, ID))


def write_trial(files: StudyFiles, slot: int, epochs: int = 3, status: str | None = "FINISHED", **key) -> Spool:
    with spool_of(files, slot, **key) as spool:
        spool.start("wine", f"wine#{slot}", params=PARAMS)
        for epoch in range(1, epochs + 1):
            spool.metrics(epoch, {"val/accuracy": slot + epoch / 8, "train/log_loss": 1 / epoch})
        if status:
            spool.end(status)
    return spool


def opened(files: StudyFiles, name: str) -> EventAccumulator:
    found = EventAccumulator(str(folder_of(files) / name))
    found.Reload()
    return found


def scalars(files: StudyFiles, name: str, tag: str = "val/accuracy") -> list[tuple[int, float]]:
    return [(point.step, point.value) for point in opened(files, name).Scalars(tag)]


def content(files: StudyFiles) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in folder_of(files).rglob("*tfevents*")}


def test_each_trial_has_its_scalars_by_epoch(files):
    begin(files)
    for slot in (0, 12):
        write_trial(files, slot)
    write_trial(files, 12, attempt=1, epochs=2)
    assert update(files, pytest.fail) == 3
    for name, slot, epochs in (("0000", 0, 3), ("0012", 12, 3), ("0012-1", 12, 2)):
        assert scalars(files, name) == [(epoch, slot + epoch / 8) for epoch in range(1, epochs + 1)]
    assert opened(files, "0012").Tags()["scalars"] == ["val/accuracy", "train/log_loss"]


def test_the_values_of_a_trial_are_hparams_of_their_own_kinds(files):
    begin(files)
    write_trial(files, 0, status="KILLED")
    update(files, pytest.fail)
    told = opened(files, "0000").PluginTagToContent(metadata.PLUGIN_NAME)
    start = metadata.parse_session_start_info_plugin_data(told[metadata.SESSION_START_INFO_TAG])
    assert start.hparams["model.builder"].string_value == "mlp"
    assert start.hparams["model.units"].number_value == 64
    assert start.hparams["train.learning_rate"].number_value == 0.003
    assert start.hparams["train.jit_compile"].WhichOneof("kind") == "bool_value"
    end = HParamsPluginData.FromString(told[metadata.SESSION_END_INFO_TAG]).session_end_info
    assert end.status == 2  # of api_pb2.Status: failure
    assert start.group_name == "wine#0"


def test_a_trial_that_grows_is_appended_to(files):
    begin(files)
    write_trial(files, 0, epochs=2, status=None)
    update(files, pytest.fail)
    (path, before), *none = content(files).items()
    inode = Path(path).stat().st_ino
    with spool_of(files, 0) as spool:
        spool.metrics(3, {"val/accuracy": 9.0})
    assert update(files, pytest.fail) == 1
    assert content(files)[path].startswith(before) and Path(path).stat().st_ino == inode
    assert scalars(files, "0000")[-1] == (3, 9.0)


def test_what_has_not_changed_is_neither_read_nor_written(files, monkeypatch):
    begin(files)
    spool = write_trial(files, 0)
    update(files, pytest.fail)
    retire(spool.path, 5)  # sent: its time stays
    monkeypatch.setattr("search.record.tensorboard.read", lambda path: pytest.fail(f"{path} was read"))
    assert update(files, pytest.fail) == 0


def test_a_file_that_was_cut_anywhere_is_completed(files):
    begin(files)
    write_trial(files, 0)
    update(files, pytest.fail)
    ((path, whole),) = content(files).items()
    for length in random.Random(0).sample(range(len(whole)), 20):
        Path(path).write_bytes(whole[:length])  # as a kill or a full disk leaves it
        update(files, pytest.fail)
        assert content(files) == {path: whole}
    Path(path).write_bytes(b"something else")
    update(files, pytest.fail)
    assert content(files) == {path: whole}


def test_spools_of_other_studies_and_of_earlier_ones_of_this_name_are_left_alone(files):
    begin(files)
    write_trial(files, 0, study="wine-2")
    with Spool(files.root, trial_key("wine", 0, 0, "ffffffffffff")) as spool:
        spool.start("wine", "wine#0")
    with Spool(files.root, f"wine-{ID}") as spool:
        spool.start("wine", "wine")
    assert update(files, pytest.fail) == 0


def test_without_being_asked_nothing_is_written(files):
    write_trial(files, 0)
    assert update(files, pytest.fail) == 0
    assert not folder_of(files).exists()


def test_a_folder_that_cannot_be_written_is_a_warning(files):
    begin(files)
    write_trial(files, 0)
    (folder_of(files) / "0000").write_text("in the way")
    heard = []
    assert update(files, heard.append) == 0
    assert len(heard) == 1 and "training is not affected" in heard[0]


def test_every_study_of_a_root_is_brought_up_to_date(files):
    write_trial(files, 0)
    other = StudyFiles(files.root, "wine-2")
    other.make()
    write_json(other.fingerprint, {"id": ID})
    begin(other)
    write_trial(other, 0, study="wine-2")
    update_all(files.root, pytest.fail)
    assert not folder_of(files).exists() and scalars(other, "0000")


def test_event_files_need_no_tensorflow(files):
    begin(files)
    write_trial(files, 0)
    code = (
        "import sys; from pathlib import Path; from search.files import StudyFiles;"
        "from search.record.tensorboard import update;"
        "print(update(StudyFiles(Path(sys.argv[1]), 'wine'), print), 'tensorflow' in sys.modules)"
    )
    told = subprocess.run([sys.executable, "-c", code, str(files.root)], capture_output=True, text=True, check=True)
    assert told.stdout.split() == ["1", "False"]


@pytest.mark.slow
def test_a_study_that_asks_for_them_has_its_event_files_and_one_that_is_finished_gets_them_afterwards(tmp_path):
    tune(tmp_path, trials=2, finalists=0)
    files = StudyFiles(tmp_path, "wine")
    assert not folder_of(files).exists()
    tune(tmp_path, trials=2, finalists=0, tensorboard=True)  # finished: nothing is trained
    records = ended(read_study(database(tmp_path), "wine").records)
    assert len(records) == 2
    for record in records:
        history = json.loads((files.trial(record.slot) / "history.json").read_text())["history"]
        wanted = [(epoch, pytest.approx(logs["val/accuracy"])) for epoch, logs in enumerate(history, start=1)]
        assert scalars(files, f"{record.slot:04d}") == wanted
    assert len(wanted) == EPOCHS
