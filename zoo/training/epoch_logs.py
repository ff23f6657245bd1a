"""The metrics of one epoch, as histories, callbacks and curves have them: `train/...`, `val/...`, `health/...`."""

from __future__ import annotations

from zoo.dataset import Split, Splits
from zoo.training.judging import metrics_of
from zoo.training.tally import Judged, Tally


def epoch_logs(
    tally: Tally, judged: Judged, splits: Splits, visits: tuple[int, int], *, plain_loss: bool = True
) -> dict[str, float]:
    """Return what an epoch of `visits` (rows, steps) was worth, in the order in which it is shown.

    A loss that is no metric, as `zoo.losses.is_plain` has it, is told as `train/loss`, in its own unit.
    """
    rows, steps = visits
    validation = {f"val/{name}": value for name, value in metrics_of(judged.sums, splits.validation).items()}
    return _of_training(tally, splits.train, rows, plain_loss) | validation | _of_health(tally, judged, steps)


def _of_training(tally: Tally, train: Split, rows: int, plain_loss: bool) -> dict[str, float]:
    """Return what the epoch's own answers, dropout, augmentation and row weights and all, were worth."""
    mean = float(tally.loss) / rows
    if not plain_loss:
        right = {} if train.scale is not None else {"train/accuracy": int(tally.correct) / rows}
        return {"train/loss": mean, **right}
    if train.scale is not None:
        return {"train/rmse": mean**0.5 * train.scale.deviation}
    return {"train/log_loss": mean, "train/accuracy": int(tally.correct) / rows}


def _of_health(tally: Tally, judged: Judged, steps: int) -> dict[str, float]:
    """Return the signs of health: dead and saturated units only where the model has some that can be."""
    logs = {"gradient_norm": float(tally.gradient_norm) / steps, "update_ratio": float(tally.update_ratio)}
    if judged.alive.size:
        logs["dead_units"] = 1 - float(judged.alive.mean())
    if judged.saturated is not None:
        logs["saturated"] = float(judged.saturated)
    return {f"health/{name}": value for name, value in logs.items()}
