"""How a command line ends: the codes, the one line, and a Ctrl-C that is never lost."""

from __future__ import annotations

import errno
import signal
import sys

import pytest

from search.terminal.outcome import Stopped, exit_code
from zoo.errors import BadValue


class Cycle:
    """Is interrupted while it is collected, where Python cannot raise."""

    def __del__(self):
        raise KeyboardInterrupt


def raises(error):
    def app(arguments, **options):
        raise error

    return app


@pytest.fixture(autouse=True)
def as_it_was(monkeypatch):
    monkeypatch.setattr(sys, "unraisablehook", sys.unraisablehook)
    handler = signal.getsignal(signal.SIGINT)
    yield
    signal.signal(signal.SIGINT, handler)


@pytest.mark.parametrize(
    ("error", "code", "line"),
    [
        (BadValue("a is 3;\n it must be 2. Try 2."), 2, "zoo: a is 3; it must be 2. Try 2."),
        (OSError(errno.ENOSPC, "No space left on device", "a/b"), 2, "zoo: a/b: No space left on device. Mend that"),
        (Stopped("3 of 9 trials kept."), 130, "stopped. 3 of 9 trials kept. The same command goes on: zoo tune 'a b'"),
    ],
)
def test_what_a_user_can_mend_is_one_line(error, code, line, capsys):
    assert exit_code(raises(error), ["tune", "a b"]) == code
    assert capsys.readouterr().err.startswith(line)


def test_a_defect_keeps_its_traceback():
    with pytest.raises(ZeroDivisionError):
        exit_code(raises(ZeroDivisionError()), [])


@pytest.mark.parametrize(("given", "code"), [(None, 0), (0, 0), (1, 1), (130, 130)])
def test_a_command_says_its_own_code(given, code):
    assert exit_code(lambda arguments, **options: given, ["run"]) == code


def test_a_ctrl_c_that_python_swallows_leaves_no_noise(capsys):
    def app(arguments, **options):
        Cycle()

    assert exit_code(app, []) == 0
    assert capsys.readouterr().err == ""


def test_after_a_stop_impatience_changes_nothing():
    exit_code(raises(Stopped("")), [])
    signal.raise_signal(signal.SIGINT)
