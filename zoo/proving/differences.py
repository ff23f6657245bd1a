"""How an exported file differs from its source, in a line of words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from zoo.formats._numbers import Tally, tallied


def differences(proof: Mapping[str, Any]) -> str:
    """Return what a proof found beyond its verdict: the metric's change, the class that lost most, the operators.

    Empty where nothing is known of these.
    """
    return "   ".join(_found(proof))


def on_micro(micro: Mapping[str, Any] | None) -> str:
    """Return what TensorFlow Lite Micro's interpreter made of a file; empty where it is not there, or has refused it.

    `micro` is what `zoo.proving.on_micro.OnMicro.to_json` gives.
    """
    if micro is None or micro["reasons"]:
        return ""
    if micro["unasked"]:
        return f"TensorFlow Lite Micro could not be asked: {micro['unasked']}"
    away = micro["max_abs_diff"]
    close = f" to {away:.2g}" if away else ""
    return f"TensorFlow Lite Micro answers {micro['rows']} rows as LiteRT{close}, in {micro['arena_bytes']:,} bytes"


def _found(proof: Mapping[str, Any]) -> Iterator[str]:
    is_share = proof["label_agreement"] is not None
    change, between = proof["metric_change"], proof["metric_change_interval"]
    if change is not None:
        interval = f" (95 %: {_size(between[0], is_share)} to {_size(between[1], is_share)})" if between else ""
        unit = "points" if is_share else "standard deviations, gains positive"
        yield f"{proof['metric']} {_size(change, is_share)} {unit}{interval}"
    worst = proof["worst_class"]
    if worst is not None:
        yield f"worst class {worst['name']}: {_size(worst['recall_change'], True)} points of its {worst['rows']} rows"
    found = tallied(proof["operators"] or {})
    if found.computing:
        yield _operators(found)
    if words := on_micro(proof.get("micro")):  # older proofs know nothing of it
        yield words


def _operators(found: Tally) -> str:
    """Say how many of the operators on numbers compute in integers, and how many convert and are not among them."""
    verb = "converts" if found.converting == 1 else "convert"
    converting = f", {found.converting} {verb} to or from them" if found.converting else ""
    return f"{found.integers} of {found.computing} operators compute in integers{converting}"


def _size(change: float, is_share: bool) -> str:
    return f"{100 * change:+.2g}" if is_share else f"{change:+.2g}"
