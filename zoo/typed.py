"""What users type as a value: JSON, a number as people write it, or a bare word."""

from __future__ import annotations

import json
import re
from typing import Any

_FRACTION = re.compile(r"[+-]?([0-9]+\.[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")  # .1 and 1. too, which JSON has not
_SIGNED = re.compile(r"\+[0-9.]")


def read_value(text: str) -> Any:
    """Return the JSON value of `text`, or the number that .1, 1. or +1 are, or `text` itself when it is a bare word."""
    try:
        return json.loads(text[1:] if _SIGNED.match(text) else text, parse_constant=str)  # no domain has NaN, Infinity
    except json.JSONDecodeError:
        return float(text) if _FRACTION.fullmatch(text) else text
