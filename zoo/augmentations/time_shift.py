"""Let sound begin earlier or later."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import tensorflow as tf

from zoo.augmentations._bands import log_mel_in
from zoo.augmentations._layer import Augmentation
from zoo.registry import register
from zoo.space import Float, Live


@register(modalities=("audio",), needs=("steps",))
class TimeShift(Augmentation):
    """Move each clip by whole frames; strength is the longest way, as a share of its length.

    Silence, as preparation puts it behind short clips, comes from outside.
    """

    def __init__(
        self,
        *,
        strength: Annotated[float, Float(0.0, 0.5, search=(0.0, 0.2)), Live] = 0.1,
        steps: Sequence[Mapping[str, Any]],
    ) -> None:
        super().__init__(strength)
        self.silence = log_mel_in(steps, "time_shift").silence[:, None]

    def changed(self, x: Any, strength: Any) -> Any:
        """Return clips (rows, frames, bands, 1), moved."""
        frames = x.shape[1]
        ways = tf.round(self.uniform(x, 1, low=-strength, high=strength) * frames)
        places = tf.range(frames) - tf.cast(ways, "int32")
        moved = tf.gather(x, tf.clip_by_value(places, 0, frames - 1), batch_dims=1)
        is_inside = (places >= 0) & (places < frames)
        return tf.where(is_inside[:, :, tf.newaxis, tf.newaxis], moved, self.silence)
