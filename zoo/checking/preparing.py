"""What a fitted preparation does, step by step, in few numbers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, fields
from typing import Any

from zoo.goals import plain
from zoo.preparation import Preparation, Step


def facts_of(preparation: Preparation) -> list[dict[str, Any]]:
    """Return each step's name and what matters of it as JSON values: numbers and words, and how long its lists are."""
    steps = [{"step": _name(step), **_facts(step)} for step in preparation.steps]
    scale = preparation.target
    return steps if scale is None else [*steps, {"step": "scale of the target", **asdict(scale)}]


def in_words(preparation: Preparation) -> list[str]:
    """Return each step in a few words, such as `encode 8 columns of text as 102 flags`."""
    said = [_WORDS.get(_name(step), _plainly)(step) for step in preparation.steps]
    scale = preparation.target
    return said if scale is None else [*said, f"target less {plain(scale.mean)}, over {plain(scale.deviation)}"]


def _name(step: Step) -> str:
    return str(step.to_json()["name"])


def _facts(step: Any) -> dict[str, Any]:
    values = {field.name: getattr(step, field.name) for field in fields(step)}
    return {name: _size(value) if isinstance(value, (tuple, Mapping)) else value for name, value in values.items()}


def _size(value: Any) -> int:
    """Return how many values a list or a list of lists holds."""
    return sum(_size(inner) if isinstance(inner, tuple) else 1 for inner in value)


def _plainly(step: Step) -> str:
    """Return the name and the step's own numbers and words; what it learned, its lists, is not for reading."""
    found = ((field.name, getattr(step, field.name)) for field in fields(step))
    facts = [
        f"{name} {value:,}" if isinstance(value, int) else f"{name} {value}"
        for name, value in found
        if _is_plain(value)
    ]
    return " ".join([_name(step), *([f"({', '.join(facts)})"] if facts else [])])


def _is_plain(value: Any) -> bool:
    return isinstance(value, (int, float, str)) and not isinstance(value, bool)


def _encode(step: Any) -> str:
    flags = _size(step.kept) + sum(step.others) + sum(step.gaps)
    return f"encode {_columns(len(step.columns))} of text as {flags:,} flags"


def _impute(step: Any) -> str:
    marked = len(getattr(step, "marked", ()))
    return "fill gaps with medians" + (f", marked for {_columns(marked)}" if marked else "")


def _each_column(step: Any) -> str:
    return f"{_name(step)} {_columns(len(step.means))}"


def _normalise(step: Any) -> str:
    return f"normalise {len(step.means):,} channel{'' if len(step.means) == 1 else 's'}"


def _columns(count: int) -> str:
    return f"{count:,} column{'' if count == 1 else 's'}"


def _tokenise(step: Any) -> str:
    runs = f", {step.ngrams}-grams" if step.ngrams > 1 else ""
    return f"tokenise with {len(step.words):,} words{runs}, {step.length:,} a text"


def _resize(step: Any) -> str:
    return f"resize to {step.height}x{step.width}x{step.channels} by {step.framing}"


def _dates(step: Any) -> str:
    return f"take {_columns(len(step.columns))} of times apart into {_size(step.parts):,} parts"


def _quantile(step: Any) -> str:
    return f"spread {_columns(len(step.knots))} by rank"


def _piecewise(step: Any) -> str:
    return f"cut {_columns(len(step.edges))} into {_size(step.edges):,} bins"


def _logarithm(step: Any) -> str:
    return f"take the logarithm of {_columns(len(step.columns))}"


def _log_mel(step: Any) -> str:
    spectra = f"log-mel of {len(step.means):,} bands over {step.window:,} samples each {step.hop:,}"
    return f"cut or pad to {step.samples / step.rate:.3g} s, {spectra}"


_WORDS: Mapping[str, Callable[[Any], str]] = {
    "dates": _dates,
    "encode": _encode,
    "impute": _impute,
    "log_mel": _log_mel,
    "logarithm": _logarithm,
    "normalise": _normalise,
    "piecewise": _piecewise,
    "quantile": _quantile,
    "standardise": _each_column,
    "tokenise": _tokenise,
    "resize": _resize,
}
