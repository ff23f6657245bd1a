"""Stories of made-up studies: any kind, size and ending, without training anything."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np

from search.aims import Aims, read_limits
from search.choosing.importances import Importances
from search.report.story import Curve, Story
from search.report.validated import Validated
from search.trials import TrialRecord

SEARCHED = {
    "cnn": ("model.filters", "model.dropout", "train.learning_rate"),
    "mlp": ("model.units", "model.activation", "model.dropout", "train.learning_rate"),
}
GOOD = {"accuracy": 0.9, "rmse": 55.0}


def trial(slot: int, goal: str = "accuracy", state: str = "finished", builder: str = "mlp") -> TrialRecord:
    """Return a trial whose values and score follow from its slot."""
    random = np.random.default_rng(slot)
    rate, dropout = float(10 ** random.uniform(-4, -1)), float(random.uniform(0, 0.5))
    own = {"model.units": int(random.choice([32, 64, 128])), "model.activation": str(random.choice(["relu", "elu"]))}
    own = own if builder == "mlp" else {"model.filters": int(random.choice([8, 16, 32]))}
    values = {"model.builder": builder, **own, "model.dropout": dropout, "train.learning_rate": rate}
    away = abs(math.log10(rate) + 2.5) / 10 + float(random.uniform(0, 0.03))
    value = GOOD[goal] + (-away if goal == "accuracy" else 40 * away)
    reason = None if state == "finished" else f"made to be {state}"
    scored = None if state == "failed" else value
    return TrialRecord(slot, slot, 0, state, scored, values, builder, 5274, 10, 2.5, reason)


def curve(record: TrialRecord, goal: str = "accuracy", epochs: int = 10) -> Curve:
    """Return learning curves that end at the trial's value."""
    low = goal == "rmse"
    shape = [1 - math.exp(-(epoch + 1) / 3) for epoch in range(epochs)]
    scores = [record.value + 60 * (1 - part) if low else record.value * part for part in shape]
    loss = {"val/log_loss": 0.3, "train/log_loss": 0.2, "train/accuracy": 0.95} if not low else {"train/rmse": 50.0}
    history = [
        {f"val/{goal}": score, **{name: v + 1 - part for name, v in loss.items()}}
        for score, part in zip(scores, shape, strict=True)
    ]
    return Curve(record.slot, tuple(history), epochs - 1)


def validated(modality: str = "image", classes: int = 10, rows: int = 200, seed: int = 0) -> Validated:
    """Return answers that are right most of the time; without classes they are quantities."""
    random = np.random.default_rng(seed)
    shape = {"image": (8, 8, 1), "series": (40, 2), "table": (6,), "audio": (12, 10, 1)}[modality]
    if classes:
        truth = random.integers(0, classes, rows)
        answers = random.dirichlet(np.full(classes, 0.3), rows) + 0.6 * np.eye(classes)[truth]
        answers /= answers.sum(axis=1, keepdims=True)
        loss = -np.log(answers[np.arange(rows), truth])
    else:
        truth = random.normal(150, 50, rows)
        answers = (truth + random.normal(0, 30, rows))[:, None]
        loss = abs(answers[:, 0] - truth)
    worst = np.argsort(-loss)[:16]
    names = tuple(f"class {place}" for place in range(classes))
    inputs = random.normal(size=(16, *shape)).cumsum(axis=1)
    facts: dict[str, Any] = {"notes": tuple(f"age {place}, income high" for place in range(16))}
    if modality == "audio":
        loud = np.hanning(160) * random.uniform(0.1, 1, (16, 160))
        sounds = {"waves": np.stack([-loud, 0.8 * loud], axis=2), "seconds": random.uniform(0.5, 2, 16)}
        facts = {**sounds, "notes": tuple(f"class {place}/0a7c2a8d_nohash_{place}.wav" for place in range(16))}
    return Validated(
        answers, truth, names, modality, worst, inputs, **(facts if modality in ("table", "audio") else {})
    )


def story(size: int = 20, goal: str = "accuracy", builders: tuple[str, ...] = ("cnn", "mlp"), **changes: Any) -> Story:
    """Return a study of `size` trials, every third stopped early and every eleventh failed."""
    states = ["failed" if slot % 11 == 10 else "pruned" if slot % 3 == 2 else "finished" for slot in range(size)]
    records = tuple(trial(n, goal, states[n], builders[n % len(builders)]) for n in range(size))
    sign = 1 if goal == "rmse" else -1
    done = sorted((one for one in records if one.state == "finished"), key=lambda one: sign * one.value)
    stopped = [one for one in records if one.state == "pruned"]
    facts: dict[str, Any] = {
        "study": "made-up",
        "goal": goal,
        "target": "progression",
        "trials": records,
        "searched": {builder: SEARCHED[builder] for builder in builders},
        "logarithmic": frozenset({"train.learning_rate"}),
        "spans": {n: (1000 + 3.0 * n, 1002.5 + 3.0 * n + n % 2) for n in range(size)},
        "curves": tuple(curve(record, goal) for record in done[:5]),
        "others": tuple(curve(record, goal) for record in done[5:]),
        "stopped": tuple(Curve(one.slot, ({}, {}, {f"val/{goal}": one.value})) for one in stopped),
        "champion": done[0].slot if done else None,
        "validated": validated() if goal == "accuracy" else validated("table", 0),
    }
    return Story(**{**facts, **changes})


def of_goals(
    size: int = 20,
    goals: tuple[str, ...] = ("accuracy", "bytes"),
    limits: tuple[str, ...] = ("bytes=40kB",),
    precision: str = "int8",
    metric: str = "accuracy",
) -> Story:
    """Return a study of several goals or with limits: every fifth trial is over the first limit and not trained."""
    aims = Aims(metric, goals, read_limits(limits), precision)
    whole = story(size, metric, ("mlp",))
    records = tuple(_weighed(one, aims) for one in whole.trials)
    front = aims.front(records)
    return replace(whole, trials=records, aims=aims, champion=front[0].slot if front else None)


def _weighed(record: TrialRecord, aims: Aims) -> TrialRecord:
    """Return a trial with what its model takes; one of every fifth slot takes more than its limit allows."""
    units = record.values["model.units"]
    costs = {"params": 70 * units, "bytes": 3000 + 260 * units, "ram": 40 * units, "macs": 66 * units, "latency": 0.1}
    bounds = {limit.name: limit for limit in aims.limits}
    limit = next(iter(bounds.values()), None)
    if limit is not None and record.slot % 5 == 4:
        costs |= {limit.name: 1.5 * limit.bound + record.slot}
        reason = f"{limit.broken(costs[limit.name])}."
        told = {"value": None, "epochs": None, "parameters": None, "seconds": 0.5, "costs": costs, "forecast": costs}
        return replace(record, state="pruned", reason=reason, **told)
    if record.state != "finished":
        early = "stopped after epoch 3 at 0.5: others were better by then"
        return replace(record, costs=costs, epochs=3, reason=early if record.state == "pruned" else record.reason)
    costs |= {name: min(value, bounds[name].bound) for name, value in costs.items() if name in bounds}
    known = {aims.metric: record.value, "balanced_accuracy": 1.8 - record.value, **costs}
    forecast = {name: costs[name] - 8 * (name == "bytes") for name in ("bytes", "ram", "macs")}
    several = {"scores": aims.scores(known)} if len(aims.goals) > 1 else {}
    metrics = {name: value for name, value in known.items() if name not in costs}
    return replace(record, costs=costs, metrics=metrics, forecast=forecast, **several)


def without_success(state: str, trials: int = 3) -> Story:
    """Return a study none of whose trials finished: all of them are `state`."""
    records = tuple(trial(slot, state=state) for slot in range(trials))
    return replace(story(trials), trials=records, curves=(), others=(), stopped=(), champion=None, validated=None)


EVIL = "</script><script>alert(1)</script><b>$x$ %{y}"


def evil(**changes: Any) -> Story:
    """Return a study in which every name and reason is markup."""
    whole, answers = story(12, builders=("mlp",)), validated()
    facts: dict[str, Any] = {
        "target": EVIL,
        "study": EVIL,
        "trials": tuple(replace(one, reason=EVIL, builder=EVIL) for one in whole.trials),
        "searched": {EVIL: ("model.units", f"model.{EVIL}")},
        "importances": Importances({EVIL: 0.6, "b": 0.4}, EVIL),
        "validated": replace(answers, classes=(EVIL, *answers.classes[1:])),
    }
    return replace(whole, **{**facts, **changes})
