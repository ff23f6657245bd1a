"""The child process: whatever kills it, its caller lives on and the other files are made."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from pathlib import Path

import pytest

from zoo import asking
from zoo.converter import Converter, Order
from zoo.errors import ConversionFailed, ConverterLost
from zoo.formats import Variant

ROOT = Path(__file__).parents[2]
CHILD = (sys.executable, str(Path(__file__).with_name("misbehaving_converter.py")))


@pytest.fixture
def converter():
    with Converter(CHILD, limit_s=60) as converter:
        yield converter


def make(converter, how, folder):
    """Ask for a file in the way `how`; return the process that made it."""
    path = folder / how
    converter.convert(Order(folder, Variant("tflite", how), path))
    return int(path.read_text())


def gone(pid):
    """Say whether a process has ended, waiting for it a little."""
    for _ in range(100):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.1)
    return False


def test_one_child_makes_all_files(converter, tmp_path):
    assert make(converter, "well", tmp_path) == make(converter, "well", tmp_path) != os.getpid()


def test_threads_wait_for_each_other_and_each_gets_its_own_answer(converter, tmp_path):
    def ask(number):
        folder = tmp_path / str(number)
        folder.mkdir()
        try:
            return make(converter, "well" if number % 2 else "refuses", folder)
        except ConversionFailed as error:
            return str(error)

    with ThreadPoolExecutor(4) as threads:
        answers = list(threads.map(ask, range(12)))
    assert len(set(answers[1::2])) == 1
    assert all(isinstance(answer, str) for answer in answers[::2])


DEATHS = {
    "aborts": "was killed by SIGABRT, its last words: fatal: no such kernel",
    "segfaults": "was killed by SIGSEGV",
    "killed": "was killed by SIGKILL .out of memory",
    "exits": "ended with exit code 3",
}


@pytest.mark.parametrize("how", DEATHS)
def test_a_converter_that_dies_is_one_line_and_the_next_file_is_made(converter, tmp_path, how):
    make(converter, "well", tmp_path)
    with pytest.raises(ConverterLost, match=f"tflite {how} was not made: the converter {DEATHS[how]}") as caught:
        make(converter, how, tmp_path)
    assert "Try another format or precision." in str(caught.value)
    assert "\n" not in str(caught.value)
    make(converter, "well", tmp_path)


def test_a_child_that_died_before_its_order_is_one_line(tmp_path):
    with Converter((sys.executable, "-c", "raise SystemExit('no TensorFlow here')")) as converter:
        converter.start()
        time.sleep(0.5)
        with pytest.raises(ConversionFailed, match="exit code 1, its last words: no TensorFlow here"):
            make(converter, "well", tmp_path)


def test_a_converter_that_raises_gives_the_first_line_and_lives_on(converter, tmp_path):
    child = make(converter, "well", tmp_path)
    with pytest.raises(ConversionFailed, match=r"RuntimeError: first line of the reason\. Try") as caught:
        make(converter, "raises", tmp_path)
    assert not isinstance(caught.value, ConverterLost)  # it would raise so again
    assert "tail" not in str(caught.value)
    assert make(converter, "well", tmp_path) == child


def test_a_refusal_keeps_its_own_words(converter, tmp_path):
    with pytest.raises(ConversionFailed, match=r"made: the converter left float32 in an int8 file\. Try"):
        make(converter, "refuses", tmp_path)


def test_a_full_disk_is_no_fault_of_the_model_and_keeps_its_own_error(converter, tmp_path):
    with pytest.raises(OSError, match="No space left on device.*writes_too_much") as caught:
        make(converter, "writes_too_much", tmp_path)
    assert caught.value.errno == errno.ENOSPC


def test_a_disk_that_is_full_for_temporary_files_is_named_as_that(converter, tmp_path):
    with pytest.raises(OSError, match="No space left on device") as caught:
        make(converter, "fills_temporary_files", tmp_path)
    assert Path(caught.value.filename).name.startswith("zoo-converter-")


def test_a_converter_that_eats_all_memory_is_ended_in_seconds_and_the_next_file_is_made(
    converter, tmp_path, monkeypatch
):
    make(converter, "well", tmp_path)
    began = time.monotonic()
    with monkeypatch.context() as short:
        short.setattr(asking, "free_bytes", lambda: 30 * 2**20)
        with pytest.raises(ConversionFailed, match=r"converter filled \d+ MB of memory, and 30 MB were left") as caught:
            make(converter, "eats_memory", tmp_path)
    assert time.monotonic() - began < 20
    assert "Close other programs, make the model smaller" in str(caught.value)
    assert "\n" not in str(caught.value)
    make(converter, "well", tmp_path)


def test_a_converter_that_hangs_is_given_up(tmp_path):
    with Converter(CHILD, limit_s=3) as converter:
        with pytest.raises(ConversionFailed, match="had no answer after 3 s"):
            make(converter, "hangs", tmp_path)
        make(converter, "well", tmp_path)


def test_leaving_the_block_kills_the_child(tmp_path):
    with Converter(CHILD) as converter:
        child = make(converter, "well", tmp_path)
    assert gone(child)


def test_a_closed_converter_starts_no_child(tmp_path):
    converter = Converter(CHILD)
    converter.close()
    with pytest.raises(ConversionFailed, match="closed"):
        converter.start()
    with pytest.raises(ConversionFailed, match="closed"):
        make(converter, "well", tmp_path)
    assert converter._child is None


CALLER = """
import sys
from pathlib import Path
from zoo import asking
from zoo.converter import Converter, Order
from zoo.formats import Variant
command, folder = sys.argv[1:-1], Path(sys.argv[-1])
with Converter(command) as converter:
    converter.convert(Order(folder, Variant("tflite", "well"), folder / "pid"))
    print((folder / "pid").read_text(), flush=True)
    converter.convert(Order(folder, Variant("tflite", "hangs"), folder / "never"))
"""


def until_it_ends(caller, end):
    """Return what the caller says on stderr; a signal is sent again, for Python drops one inside its own callbacks."""
    for _ in range(30):
        caller.send_signal(end)
        try:
            return caller.communicate(timeout=2)[1]
        except subprocess.TimeoutExpired:
            continue
    raise AssertionError("it never ended")


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGKILL], ids=["interrupted", "killed"])
def test_the_child_ends_with_its_caller_in_the_middle_of_a_conversion(tmp_path, end):
    command = [sys.executable, "-c", CALLER, *CHILD, str(tmp_path)]
    caller = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    child = int(caller.stdout.readline())
    noise = until_it_ends(caller, end)
    assert caller.returncode != 0
    assert "fatal" not in noise
    assert gone(child)


def listed(folder):
    return sorted(path.name for path in folder.rglob("*"))


@pytest.mark.slow
@pytest.mark.parametrize("how", ["well", "killed", "hangs"])
def test_the_temporary_files_of_the_child_go_with_it(how, tmp_path, monkeypatch):
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    with Converter(CHILD, limit_s=3) as converter:
        make(converter, "litters", tmp_path)
        assert any(name.endswith("_left.py") for name in listed(temporary))
        with nullcontext() if how == "well" else pytest.raises(ConversionFailed):
            make(converter, how, tmp_path)
    assert listed(temporary) == []
