"""How an exported file differs from its source, in a line of words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

INTEGERS = ("int4", "int8", "uint8", "int16")


def differences(proof: Mapping[str, Any]) -> str:
    """Return what a proof found beyond its verdict: the metric's change, the class that lost most, the operators.

    Empty where nothing is known of these.
    """
    return "   ".join(_found(proof))


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
    if proof["operators"]:
        counts = {kind: sum(operators.values()) for kind, operators in proof["operators"].items()}
        integers = sum(count for kind, count in counts.items() if kind.partition(" with ")[0] in INTEGERS)
        yield f"{integers} of {sum(counts.values())} operators compute in integers"


def _size(change: float, is_share: bool) -> str:
    return f"{100 * change:+.2g}" if is_share else f"{change:+.2g}"
