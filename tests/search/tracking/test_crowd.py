"""Whoever is killed and however many write at once: below the root every point arrives, and arrives once."""

from __future__ import annotations

import random
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest

from search.record.spool import spool_path
from search.record.spooled import unsent
from search.tracking import KEY_TAG, ship

from ..processes import needs_proc
from .crowd import killable, write_at_once
from .spools import EPOCHS, EXPERIMENT, METRICS, SHIP, count_points, runs, write_study, write_trial


@needs_proc
@pytest.mark.slow
def test_thirty_kills_of_the_shipper_lose_and_double_nothing(tmp_path: Path) -> None:
    waits, trials, kills = random.Random(0), 70, 0
    write_study(tmp_path).close()
    for slot in range(trials):
        write_trial(tmp_path, slot)
    with killable(tmp_path) as ship_and_kill:
        while kills < 5:  # in the migrations
            assert ship_and_kill(partial(is_migrating, tmp_path), waits.uniform(0, 0.3))
            kills += 1
        while kills < 30:  # in the transfer
            kills += ship_and_kill(partial(has_fewer, tmp_path, len(unsent(tmp_path))), waits.uniform(0, 0.03))
    assert unsent(tmp_path)
    assert ship(tmp_path).warnings == ()
    require_whole(tmp_path, trials)
    assert not spool_path(tmp_path, "digits-0000-0").exists()
    assert not list((tmp_path / "mlruns").glob(".mlflow-*"))


@pytest.mark.slow
def test_eight_processes_that_write_and_ship_at_once_lose_and_double_nothing(tmp_path: Path) -> None:
    write_study(tmp_path).close()
    write_at_once(tmp_path, EXPERIMENT, writers=8, each=4)
    assert ship(tmp_path).warnings == ()
    require_whole(tmp_path, 32)


def is_migrating(root: Path) -> bool:
    return any((root / "mlruns").glob(".mlflow-*/mlflow.db"))


def has_fewer(root: Path, count: int) -> bool:
    return len(unsent(root)) < count


def require_whole(root: Path, trials: int) -> None:
    assert count_points(root) == trials * EPOCHS * len(METRICS)
    found = runs(root)
    assert len(found) == trials + 1
    assert {run.info.status for name, run in found.items() if "#" in name} == {"FINISHED"}
    assert len({run.data.tags[KEY_TAG] for run in found.values()}) == trials + 1


LISTEN = f"""
import sys
told = []
def hear(event, given):
    if event in ("socket.connect", "socket.getaddrinfo", "socket.sendto"):
        told.append(f"{{event}} {{given}}")
sys.addaudithook(hear)
{SHIP}
print(*told, sep="\\n")
"""


@pytest.mark.slow
def test_a_record_below_the_root_asks_the_network_for_nothing(tmp_path: Path) -> None:
    write_study(tmp_path).close()
    write_trial(tmp_path, 0)
    heard = subprocess.run([sys.executable, "-c", LISTEN, str(tmp_path)], capture_output=True, text=True, check=True)
    assert (heard.stdout.split(), unsent(tmp_path)) == ([], ())
