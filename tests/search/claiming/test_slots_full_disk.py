"""A full disk is told in one line, and the study goes on once there is room."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from ..crews import claims, slots_in

REPOSITORY = Path(__file__).parents[3]
FULL = """
import json, os, sys
from pathlib import Path

sys.path.insert(0, sys.argv[3])
from tests.search.studies import run, score
from zoo.errors import ZooError

root, fills = Path(sys.argv[1]), sys.argv[2] == "fill"

def objective(slot):
    if slot.slot == 2 and fills:
        with open(root / "filler", "ab", buffering=0) as file:
            try:
                while True:
                    file.write(bytes(512))
            except OSError:
                pass
    return score(slot)

for _ in range(4 if fills else 1):  # more often than a slot may kill its process
    (root / "filler").unlink(missing_ok=True)
    try:
        print(json.dumps(run(root, 6, objective).finished))
    except ZooError as error:
        print(json.dumps(str(error)))
"""


def test_a_full_disk_is_told_in_one_line_and_the_study_goes_on_once_there_is_room(tmp_path):
    python, script = sys.executable, tmp_path / "full.py"
    script.write_text(FULL)
    disk = tmp_path / "disk"
    disk.mkdir()
    fill, go = (f"{python} {script} {disk} {step} {REPOSITORY}" for step in ("fill", "go"))
    shell = f"mount -t tmpfs -o size=2m tmpfs {disk} && {fill} && {go}"
    shell += f" && cp {disk}/mlruns/optuna.db* {tmp_path}"
    if subprocess.run(["unshare", "-rm", "mount", "-t", "tmpfs", "tmpfs", str(disk)], capture_output=True).returncode:
        pytest.skip("this machine lets nobody mount a small disk by unshare -rm")
    done = subprocess.run(["unshare", "-rm", "sh", "-c", shell], capture_output=True, text=True, cwd=REPOSITORY)
    *errors, finished = map(json.loads, done.stdout.splitlines())
    assert done.returncode == 0, done.stderr
    assert len(errors) == 4
    assert all("cannot grow" in error and "Free some space" in error and "\n" not in error for error in errors)
    assert finished == 6
    (tmp_path / "mlruns").mkdir()
    for path in tmp_path.glob("optuna.db*"):
        shutil.copy(path, tmp_path / "mlruns")
    assert slots_in(tmp_path, "COMPLETE") == list(range(6))
    assert claims(tmp_path)["ended"] == 6
