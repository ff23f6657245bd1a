"""What augmentations of sound know of its preparation: the fitted log-mel step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from zoo.errors import Unsupported
from zoo.preparation.log_mel import LogMel


def log_mel_in(steps: Sequence[Mapping[str, Any]], name: str) -> LogMel:
    """Return the log-mel step among the JSON of fitted `steps`; raise Unsupported for the augmentation `name`."""
    found = next((step for step in steps if step["name"] == "log_mel"), None)
    if found is None:
        raise Unsupported(f"augment.{name} changes sound in mel bands, and these rows are none. Leave it away.")
    return LogMel.from_json(found)
