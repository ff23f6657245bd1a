"""How recordings are prepared: frames of the logarithm of their power in mel bands."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Annotated

from zoo.dataset import Dataset
from zoo.preparation import PREPARATIONS
from zoo.registry import register
from zoo.space import Choice, Float

if TYPE_CHECKING:
    from zoo.plans import Fit


@register()
def audio(
    dataset: Dataset,
    *,
    mel_bins: Annotated[int, Choice(20, 32, 40, 64)] = 40,
    hop: Annotated[int, Choice(8, 10, 16, 20)] = 10,
    window: Annotated[int, Choice(16, 20, 25, 32, 40, 50, search=())] = 25,
    seconds: Annotated[float, Float(0.0, 60.0, search=())] = 0.0,
) -> list[Fit]:
    """Each clip becomes an image: a row every `hop` milliseconds, a column a mel band, standardised band by band.

    A row sees `window` milliseconds. Clips are cut off or continued with silence to `seconds`; 0 takes what 95 % of
    the training clips need, and at most 10 seconds.
    """
    asked = {"rate": dataset.facts["rate"], "mel_bins": mel_bins, "hop": hop, "window": window, "seconds": seconds}
    return [partial(PREPARATIONS.get("log_mel").fit, **asked, noise=dataset.noise)]
