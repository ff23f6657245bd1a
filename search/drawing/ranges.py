"""What users type after `--set` and `--space`, turned into values and ranges; no parameter is known here."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from zoo.errors import BadData, BadValue
from zoo.typed import read_value

_KEYS = {"low", "high", "log"}


@dataclass(frozen=True)
class Range:
    """What a study shall draw from: one of `values`, or any number from values[0] to values[1] when `between`."""

    values: tuple[Any, ...]
    between: bool = False
    log: bool = False

    def __str__(self) -> str:
        parts = [str(value) for value in self.values] + (["log"] if self.log else [])
        return (":" if self.between else ",").join(parts)


def read_settings(texts: Iterable[str]) -> dict[str, Any]:
    """Return {name: value} of texts like `train.epochs=12`; raise BadValue for another form or a name twice."""
    found: dict[str, Any] = {}
    for text in texts:
        name, value = _halves(text, "--set", "NAME=VALUE")
        _put(found, name, read_value(value), "--set")
    return found


def read_ranges(texts: Iterable[str]) -> dict[str, Range]:
    """Return {name: range} of texts like `model.units=16:64`, `model.activation=relu,elu` or `@file.json`.

    The file holds one object: a name with a text as above, a list of values, or an object of low, high and log.
    """
    found: dict[str, Range] = {}
    for text in texts:
        if text.startswith("@"):
            for name, given in _read_file(Path(text[1:])).items():
                _put(found, name, as_range(name, given), "--space")
        else:
            name, given = _halves(text, "--space", "NAME=low:high[:log], NAME=a,b,c or @file.json")
            _put(found, name, as_range(name, given), "--space")
    return found


def as_range(name: str, given: Any) -> Range:
    """Return the range that a text, a list or a mapping of low, high and log means; raise BadValue for none."""
    if isinstance(given, Range):
        return given
    if isinstance(given, Mapping):
        return _range_of_mapping(name, given)
    if isinstance(given, (list, tuple)):
        return _range_of_values(name, tuple(given))
    if isinstance(given, str) and ":" in given:
        return _range_of_bounds(name, given)
    if isinstance(given, str):
        return _range_of_values(name, tuple(read_value(part.strip()) for part in given.split(",")))
    return _range_of_values(name, (given,))


def as_word(value: Any) -> str:
    """Return the text that `read_value` reads as `value`, without quotes where it can be a bare word."""
    bare = isinstance(value, str) and value.isidentifier() and read_value(value) == value
    return value if bare else json.dumps(value)


def _halves(text: str, option: str, form: str) -> tuple[str, str]:
    name, equals, rest = text.partition("=")
    if not (equals and name.strip() and rest.strip()):
        raise BadValue(f"{option} is '{text}'; it must look like {form}. Try {option} train.learning_rate=0.001.")
    return name.strip(), rest.strip()


def _put(found: dict[str, Any], name: str, value: Any, option: str) -> None:
    if name in found:
        raise BadValue(f"{name} is given twice with {option}; a name is given once. Remove one of them.")
    found[name] = value


def _read_file(path: Path) -> dict[str, Any]:
    try:
        given = json.loads(path.read_text("utf-8"), parse_constant=str)
    except OSError as error:
        raise BadData(f"--space file {path} cannot be read ({error.strerror}). Check the path after '@'.") from error
    except ValueError as error:
        raise BadData(f"--space file {path} is not JSON ({error}). Write one object of names and ranges.") from error
    if not isinstance(given, dict):
        raise BadData(f'--space file {path} holds no object. Write {{"model.units": [32, 64]}}, for instance.')
    return given


def _range_of_bounds(name: str, text: str) -> Range:
    low, high, *rest = (part.strip() for part in text.split(":"))
    if rest not in ([], ["log"]):
        raise BadValue(f"{name} is '{text}'; a range is low:high or low:high:log. Try {name}={low}:{high}.")
    return _between(name, read_value(low), read_value(high), bool(rest))


def _range_of_mapping(name: str, given: Mapping[str, Any]) -> Range:
    if not {"low", "high"} <= set(given) <= _KEYS:
        keys = ", ".join(map(str, given)) or "none"
        raise BadValue(f"the range of {name} has the keys {keys}; it takes low, high and, if you like, log.")
    if not isinstance(given.get("log", False), bool):
        raise BadValue(f"log of {name} is {given['log']!r}; it must be true or false. Try true.")
    return _between(name, given["low"], given["high"], given.get("log", False))


def _between(name: str, low: Any, high: Any, log: bool) -> Range:
    for bound in (low, high):
        if isinstance(bound, bool) or not isinstance(bound, (int, float)):
            raise BadValue(f"{name} is bounded by {bound!r}; a bound must be a number. Try {name}=1:8.")
    if low > high:
        raise BadValue(f"{name} goes from {low} to {high}; low must not exceed high. Try {name}={high}:{low}.")
    if log and low <= 0:
        raise BadValue(f"{name} is logarithmic from {low}; low must be above 0. Try {name}={high / 1000:g}:{high}:log.")
    return Range((low, high), between=True, log=log)


def _range_of_values(name: str, values: tuple[Any, ...]) -> Range:
    if not values or "" in values:
        raise BadValue(f"{name} has an empty value; a list looks like a,b,c. Remove the spare comma.")
    for value in values:
        if isinstance(value, (list, dict)):
            raise BadValue(f"{name} lists {value!r}; a value is a number or a word. Try {name}=1,2.")
    return Range(tuple(dict.fromkeys(values)))
