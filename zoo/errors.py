"""The errors a caller can catch; each message names the value, the rule and the cure."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


class ZooError(Exception):
    """Any mistake that the user can mend; the command line prints it as one line and exits with 2."""


class UnknownName(ZooError):
    """A name that no registry, data set, column or option has."""


class BadValue(ZooError):
    """A value outside its domain."""


class BadData(ZooError):
    """Data that cannot be read, or cannot be learned from as it is."""


class Infeasible(ZooError):
    """Valid values that cannot be built together, such as more poolings than the image has pixels."""


class Unsupported(ZooError):
    """A combination that this version, format or precision does not serve."""


class Diverged(ZooError):
    """Training met a loss or a weight that is not a finite number."""


class TooSlow(ZooError):
    """The time limit of a training was up before its first epoch ended."""


class ConversionFailed(ZooError):
    """A converter process ended without the file it was to write."""


class ConverterLost(ConversionFailed):
    """The converter crashed, hung or ran out of memory: what it was asked for may succeed another time."""


def unknown(kind: str, name: str, known: Iterable[str]) -> UnknownName:
    """Return the error for a name that is not among `known`, with the nearest match."""
    names = sorted(set(known))
    spelled = {known_name.lower(): known_name for known_name in names}
    near = get_close_matches(str(name).lower(), spelled, n=1, cutoff=0.5)
    hint = f"; did you mean '{spelled[near[0]]}'?" if near else "."
    return UnknownName(f"no {kind} is named '{name}'{hint} Known: {', '.join(names) or 'none'}")


class NothingMet(ZooError):
    """Everything was tried as asked, and nothing is within the limits: a negative answer rather than a mistake."""
