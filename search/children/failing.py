"""What a trial raised, as plain values: the same whether it was raised in this process or in a worker."""

from __future__ import annotations

import os
import traceback
from pathlib import Path
from typing import Any, NamedTuple

from zoo import errors

LONGEST_TEXT = 500  # characters


class Failure(NamedTuple):
    """An exception: its class by name, its text, where it was raised, ` (file.py:12)`, and its traceback.

    `known` names the class to raise for it in another process; `errno` and `filename` are those of an OSError.
    """

    type: str
    text: str
    place: str
    traceback: str
    known: str | None = None
    errno: int | None = None
    filename: str | None = None

    @property
    def reason(self) -> str:
        """The failure in one line: type, text and place."""
        return f"{self.type}: {' '.join(self.text.split())[:LONGEST_TEXT]}{self.place}"


class TrialFailed(Exception):
    """A worker's training raised what no class here stands for, or the cause of what one stands for."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.reason)
        self.failure = failure


def failure_of(error: BaseException) -> Failure:
    """Return what `error` tells; for one that `error_of` made, what was told in the process that raised it."""
    told = next((each for each in (error, error.__cause__) if isinstance(each, TrialFailed)), None)
    if told is not None:
        return told.failure
    text = "".join(traceback.format_exception(error))
    return Failure(type(error).__name__, str(error), _place(error), text, *_known(error))


def error_of(failure: Failure) -> Exception:
    """Return the exception to raise for what another process raised, caused by a TrialFailed that keeps it whole.

    Errors of zoo.errors, of the disk and of memory are themselves; any other one is a TrialFailed.
    """
    told = TrialFailed(failure)
    error = _same(failure) or told
    if error is not told:
        error.__cause__ = told
    return error


def _known(error: BaseException) -> tuple[Any, ...]:
    if isinstance(error, OSError):
        return "OSError", error.errno, None if error.filename is None else str(error.filename)
    if isinstance(error, MemoryError):
        return ("MemoryError",)
    kind = type(error)
    return (kind.__name__,) if kind.__module__ == errors.__name__ else ()


def _same(failure: Failure) -> Exception | None:
    if failure.known is None:
        return None
    if failure.known == "OSError" and failure.errno is not None:
        return OSError(failure.errno, os.strerror(failure.errno), failure.filename)
    kind = {"OSError": OSError, "MemoryError": MemoryError}.get(failure.known) or getattr(errors, failure.known)
    return kind(failure.text)


def _place(error: BaseException) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    return f" ({Path(frames[-1].filename).name}:{frames[-1].lineno})" if frames else ""
