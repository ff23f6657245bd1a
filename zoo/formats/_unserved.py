"""What LiteRT has no operator for, in the words of the model rather than those of its converter."""

from __future__ import annotations

import re
from difflib import get_close_matches

from ai_edge_litert import schema_py_generated as schema

_MISSING = re.compile(r"^(?:TF Select|Custom) ops: (.+)$", re.MULTILINE)
_PLACE = re.compile(r'"([^"]+)@__inference')  # model/layer/Operation, as a location names it
ALIKE = 0.68  # names that are less so have little in common
_KNOWN = [name for name, number in vars(schema.BuiltinOperator).items() if isinstance(number, int)]


def in_words(message: str) -> str | None:
    """Return in one line what a converter's error `message` finds missing, where, and the nearest operator there is.

    None where it complains of something else.
    """
    found = _MISSING.search(message)
    if found is None:
        return None
    names = found.group(1).split(", ")
    places = ["/".join(place.split("/")[1:-1]) for place in _PLACE.findall(message) if place.count("/") > 1]
    where = f" of layer '{places[0]}'" if places else ""
    near = get_close_matches(_as_operator(names[0]), _KNOWN, n=1, cutoff=ALIKE)
    nearest = f"; nearest to it in name is {near[0]}" if near else ""
    return f"LiteRT has no operator for {', '.join(names)}{where}{nearest}. Use another layer, or saved_model."


def _as_operator(name: str) -> str:
    """Return a name of TensorFlow's as LiteRT would write it: DepthwiseConv2D is DEPTHWISE_CONV2_D, or nearly so."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).upper()
