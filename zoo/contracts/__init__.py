"""Contracts: what every part promises, the zoo's own and a user's; a check passes, or says what is broken."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any

from zoo import runtime
from zoo.errors import ZooError
from zoo.own.files import line_of

if TYPE_CHECKING:
    from zoo.contracts.bench import Bench
    from zoo.own.parts import OwnPart

LONGEST = 300  # characters of a reason

Promise = Callable[[str, "Bench"], Any]


class Broken(AssertionError):
    """A promise that a part does not keep: what it does instead, and what to do about it."""


@dataclass(frozen=True)
class Check:
    """One promise of a part, whether it is kept, and why not."""

    name: str
    passed: bool
    reason: str = ""

    @property
    def word(self) -> str:
        """Whether it passed, as tables say it."""
        return "pass" if self.passed else "FAIL"

    def to_json(self) -> dict[str, Any]:
        """Return the check as plain JSON values; `reason` is null where it passed."""
        return {**asdict(self), "reason": self.reason or None}


def require(kept: Any, reason: str) -> None:
    """Raise Broken unless a promise is kept."""
    if not kept:
        raise Broken(reason)


def promises_of(kind: str) -> dict[str, Promise]:
    """Return what every part of a kind promises, in words, and the function (name, bench) that tries it."""
    return import_module(f"zoo.contracts.{kind}s" if kind != "loss" else "zoo.contracts.losses").PROMISES


def check_part(part: OwnPart, said: Callable[[str], None] = lambda text: None) -> tuple[Check, ...]:
    """Return the checks of a part of a user's own, the first of them that its file runs; `said` hears of each.

    Starts TensorFlow, trains small models, and starts processes that convert and load them.
    """
    runtime.start(threads=1)
    from zoo.contracts.bench import Bench
    from zoo.workspace import Workspace

    with Bench(Workspace(threads=1)) as bench:
        found = [_check("its file can be imported", lambda: part.load(), part.path)]
        if not found[0].passed:
            return tuple(found)
        for name, promise in promises_of(part.kind).items():
            said(name)
            found.append(_check(name, _bound(promise, part.name, bench), part.path))
    return tuple(found)


def all_of(names: Iterable[str], promise: Promise, bench: Bench) -> dict[str, str]:
    """Return by name what is broken of one promise that all these parts make."""
    found = {name: _check("", _bound(promise, name, bench), "") for name in names}
    return {name: check.reason for name, check in found.items() if not check.passed}


def _bound(promise: Promise, name: str, bench: Bench) -> Callable[[], Any]:
    return lambda: promise(name, bench)


def _check(name: str, promise: Callable[[], Any], path: str) -> Check:
    """Return how a promise did; whatever a user's function raises is a promise that is not kept."""
    try:
        promise()
    except (Broken, ZooError) as error:
        return Check(name, False, _in_a_line(str(error)))
    except Exception as error:
        where = line_of(error, path) if path else ""
        return Check(name, False, _in_a_line(f"{type(error).__name__}{where}: {error}"))
    return Check(name, True)


def _in_a_line(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 4]} ..."
