"""How a command line ends: 0 or 1 as it says itself, 2 after a mistake and 130 after Ctrl-C, each told in one line."""

from __future__ import annotations

import shlex
import signal
import sys
from collections.abc import Sequence
from typing import Any

import typer

from search.terminal.usage import usage_message
from zoo.cli import talk
from zoo.errors import NothingMet, ZooError


class Stopped(Exception):
    """Ctrl-C has ended a command; the text says what is kept of its work."""


def exit_code(app: typer.Typer, typed: Sequence[str]) -> int:
    """Run `app` on the arguments `typed` and return its exit code; what is no mistake of the user is raised."""
    sys.unraisablehook = _say_nothing_of_ctrl_c
    try:
        code = app(list(typed), prog_name="zoo", standalone_mode=False)
    except Stopped as stop:
        return _stopped(str(stop), typed)
    except NothingMet as answer:
        talk(f"zoo: {answer}")
        return 1
    except ZooError as error:
        return _mistake(str(error))
    except OSError as error:
        return _mistake(_of_the_machine(error))
    except Exception as error:
        if not hasattr(error, "format_message"):  # neither ours nor Click's: a bug
            raise
        return _mistake(usage_message(error, typed))
    return _stopped("", typed) if code == 130 else code or 0  # Typer has turned Ctrl-C into 130


def _say_nothing_of_ctrl_c(unraisable: Any) -> None:
    """Keep a Ctrl-C that fell into a callback of Python's own off the terminal; whoever can must heed it elsewhere."""
    if unraisable.exc_type is not KeyboardInterrupt:
        sys.__unraisablehook__(unraisable)


def _stopped(kept: str, typed: Sequence[str]) -> int:
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)  # impatience must not break what Python does at its end
    talk(" ".join(filter(None, ["stopped.", kept, f"The same command goes on: {shlex.join(['zoo', *typed])}"])))
    return 130


def _mistake(text: str) -> int:
    talk(f"zoo: {' '.join(text.split())}")
    return 2


def _of_the_machine(error: OSError) -> str:
    """Return what is wrong with a disk or a file that no rule of ours covers."""
    where = f"{error.filename}: " if error.filename else ""
    return f"{where}{error.strerror or error}. Mend that, then run the same command again."
