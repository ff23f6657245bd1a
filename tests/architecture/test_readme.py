"""The README keeps its word: its commands run, in order, and what it says of options and files is there."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import typer

from search.cli import app

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text("utf-8")
FENCES = re.findall(r"^```(\w*)[ ]?(.*?)\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)


def marked(speed: str) -> str:
    """Return all fences of one speed as one script, in order: later ones use what earlier ones made."""
    parts = []
    for language, info, text in FENCES:
        if f"test={speed}" in info.split():
            parts.append(text if language == "sh" else f"python - <<'PYTHON'\n{text}PYTHON\n")
    return "".join(parts)


def run(script: str, folder: Path) -> subprocess.CompletedProcess[str]:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return subprocess.run(
        ["bash", "-eu", "-c", script],
        cwd=folder,
        env={**os.environ, "PATH": path, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_every_fence_says_how_it_is_tested():
    speeds = [word for _, info, _ in FENCES for word in info.split() if word.startswith("test=")]
    assert len(speeds) == len(FENCES)
    assert set(speeds) <= {"test=fast", "test=slow", "test=never"}


@pytest.mark.slow
def test_the_fast_commands_run(tmp_path):
    done = run(marked("fast"), tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.slow
@pytest.mark.timeout(1200)  # whole studies, one after another
def test_the_slow_commands_run(tmp_path):
    done = run(marked("slow"), tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_first_two_commands_set_up_run_and_test():
    first, second = re.findall(r"^python3 -m venv .*$", README, re.MULTILINE)[:2]
    assert first.endswith("zoo tune digits")
    assert "[test]" in second
    assert second.endswith("python -m pytest -n 2 --dist loadfile")


@pytest.mark.parametrize("command", sorted(typer.main.get_command(app).commands))
def test_every_command_is_explained(command):
    assert f"zoo {command}" in README


def test_no_figure_is_missing():
    assert not re.findall(r"FIGURE_\w+|TUNE_[A-Z]\w+", README)
