"""A study of real training, killed and interrupted at any moment, ends with exactly what was asked for."""

from __future__ import annotations

import json
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from threading import Thread

import pytest

import zoo
from search.record.recorder import Recorder
from search.tracking import PARENT_TAG

from .whole_studies import STATES, Listener, Study, ended, runs, said, snapshot, tune

pytestmark = pytest.mark.slow

REPOSITORY = Path(__file__).parents[2]
TRIALS = 6
CHILD = """
import sys
from tests.search.whole_studies import Listener, tune
from pathlib import Path

class Teller(Listener):
    def planned(self, plan, trials): print("planned", flush=True)
    def baselines_known(self, scores): print("baselines", flush=True)
    def trial_ended(self, record, trials, best): print("trial", flush=True)
    def exporting(self, champion): print("exporting", flush=True)

tune(Path(sys.argv[1]), trials=int(sys.argv[2]), watcher=Teller())
print("done", flush=True)
"""
# What the child has said when it is killed, and at most how many seconds after that.
KILLS = (
    *(("planned", 0.5), ("baselines", 2.0), ("trial", 0.3), ("trial", 1.5)),
    *(("trial", 0.1), ("exporting", 0.5), ("exporting", 3.0), ("exporting", 6.0)),
)
ZOO = [sys.executable, "-c", "from search.cli import main; main()"]


def start(root: Path) -> subprocess.Popen:
    command = [sys.executable, "-c", CHILD, str(root), str(TRIALS)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, cwd=REPOSITORY)


def kill_after(child: subprocess.Popen, word: str, seconds: float) -> None:
    """Kill the child some seconds after it said the word."""
    with child:
        for line in child.stdout:
            if line.strip() == word:
                time.sleep(seconds)
                break
        child.kill()


@pytest.mark.timeout(900)
def test_eight_kills_between_set_up_and_export_change_nothing_of_what_comes_out(tmp_path):
    unbroken, moments = tmp_path / "unbroken", random.Random(0)
    reference = Study(unbroken, tune(unbroken, trials=TRIALS))
    root = tmp_path / "killed"
    for word, most in KILLS:  # a fast machine may end before the last of them
        kill_after(start(root), word, moments.uniform(0, most))
    answer = tune(root, trials=TRIALS)
    again = Study(root, answer)

    assert [record.slot for record in ended(again.records)] == list(range(TRIALS))
    assert list(map(said, ended(again.records))) == list(map(said, ended(reference.records)))
    assert (answer.trials.total, answer.trials.running) == (TRIALS, 0)
    assert answer.champion.trial == reference.answer.champion.trial
    assert answer.champion.test == reference.answer.champion.test
    assert tflite_hashes(again) == tflite_hashes(reference)
    for variant in answer.champion.variants:
        assert zoo.load(root / variant["path"]).sha256 == variant["sha256"]
    require_true_record(again)


@pytest.mark.parametrize("moment", ["before the export", "between the champion's folder and the end of its run"])
def test_a_study_stopped_at_its_end_is_crowned_by_the_next_call_without_training(tmp_path, monkeypatch, moment):
    class Stopper(Listener):
        def exporting(self, champion):
            if moment == "before the export":
                raise KeyboardInterrupt

    def stop(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(Recorder, "end_study", stop)
        tune(tmp_path, watcher=Stopper())
    trials = tmp_path / "mlruns" / "studies" / "wine" / "trials"
    before, listener = snapshot(trials), Listener()
    study = Study(tmp_path, tune(tmp_path, watcher=listener))
    assert (listener.ended, listener.exported, snapshot(trials)) == ([], 1, before)
    require_true_record(study)


def tflite_hashes(study: Study) -> list[str]:
    """Return the hashes of the bundles whose files hold no time of writing, as a .keras archive does."""
    return [variant["sha256"] for variant in study.answer.champion.variants if variant["format"] == "tflite"]


def require_true_record(study: Study) -> None:
    """Hold that MLflow has the study's run and each attempt's that got as far as training, each as it ended."""
    found = runs(study.root, study.answer.tracking["experiment"])
    parent = found.pop("wine")
    assert (parent.info.status, parent.info.run_id) == ("FINISHED", study.answer.tracking["run"])
    assert parent.data.metrics["test/accuracy"] == study.answer.champion.test["accuracy"]
    attempts = {f"wine-{record.slot:04d}-{record.attempt}": record for record in study.records}
    assert set(found) <= set(attempts)
    for key, record in attempts.items():
        if record.ended:
            assert found[key].info.status == STATES[record.state]
            assert found[key].data.tags["zoo.state"] == record.state
        elif key in found:
            assert (found[key].info.status, found[key].data.tags["zoo.state"]) == ("KILLED", "killed")
    assert {run.data.tags[PARENT_TAG] for run in found.values()} == {parent.info.run_id}
    assert not list((study.root / "mlruns" / "spool").glob("*.jsonl"))


def command(root: Path) -> list[str]:
    options = ["--builder", "mlp", "--trials", "5", "--epochs", "3", "--root", str(root)]
    return [*ZOO, "tune", "wine", *options]


@pytest.mark.timeout(300)
def test_ctrl_c_in_mid_trial_keeps_what_is_done_and_the_same_command_ends_with_exactly_n(tmp_path):
    child = subprocess.Popen(command(tmp_path), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    spools, said_so = tmp_path / "mlruns" / "spool", []
    reader = Thread(target=lambda: said_so.append(child.communicate()), daemon=True)
    reader.start()
    until = time.monotonic() + 120
    while not list(spools.rglob("wine-0002-*.jsonl")):
        assert child.poll() is None and time.monotonic() < until
        time.sleep(0.005)
    child.send_signal(signal.SIGINT)
    reader.join(60)
    ((stdout, stderr),) = said_so
    assert (child.returncode, stdout) == (130, "")
    last = stderr.splitlines()[-1]
    assert last.startswith("stopped. 2 of 5 trials kept. The same command goes on: zoo tune wine --builder mlp")
    assert "Traceback" not in stderr

    status = [*ZOO, "status", "wine", "--root", str(tmp_path), "--json"]
    kept = json.loads(subprocess.run(status, check=True, capture_output=True, text=True).stdout)
    assert (kept["trials"]["total"], kept["trials"]["running"], kept["champion"]) == (2, 0, None)
    done = subprocess.run([*command(tmp_path), "--json"], check=True, capture_output=True, text=True)
    answer = json.loads(done.stdout)
    assert answer["trials"] == {"target": 5, "finished": 5, "pruned": 0, "failed": 0, "running": 0, "total": 5}
    assert len(list((tmp_path / "mlruns" / "studies" / "wine" / "trials").iterdir())) == 5
    found = runs(tmp_path, answer["tracking"]["experiment"])
    states = sorted((run.data.tags["zoo.slot"], run.info.status) for key, run in found.items() if key != "wine")
    finished = [(str(slot), "FINISHED") for slot in range(5)]
    assert states == sorted([*finished, ("2", "KILLED")])
