"""Parts of a study's record: the data as an input of its run, its tags, and all trials as a table."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from search.fingerprint import versions
from search.record.introducing import searched
from search.stopping.endings import known_of

if TYPE_CHECKING:
    from search.planning import Plan
    from search.trials import TrialRecord

TABLE, DIGITS = "trials.json", 6
TABLE_TAGS = {"mlflow.loggedArtifacts": json.dumps([{"path": TABLE, "type": "table"}])}  # as mlflow.log_table marks it
_MOST_COLUMNS = 500  # of a schema


def params_of(plan: Plan) -> dict[str, Any]:
    """Return what a study was asked as parameters of its run: what a resumed study cannot change."""
    settings, source = plan.settings, plan.dataset.source
    params = {name: getattr(settings, name) for name in ("seed", "sampler", "pruner", "threads")}
    params |= {"data.path": source.path, "data.sha256": source.sha256, "goal": plan.goal}
    params |= {f"limit.{limit.name}": f"{limit.bound:.15g}" for limit in plan.aims.limits}
    params |= {f"fixed.{name}": value for name, value in settings.fixed.items()}
    return params | {f"space.{name}": text for name, text in searched(plan).items()}


def environment_tags(where: Mapping[str, str]) -> dict[str, str]:
    """Return versions and machine as tags, which a later command replaces; `where` comes from `environment`."""
    told = {f"environment.{name}": text for name, text in {**versions(), **where}.items()}
    return told | ({"mlflow.source.git.commit": where["commit"]} if "commit" in where else {})


def input_of(plan: Plan) -> dict[str, str]:
    """Return a study's data as `Spool.input` takes it."""
    source, check = plan.dataset.source, plan.check
    rows = sum(check.rows.values())
    numbers = rows
    for size in check.task.input_shape:
        numbers *= size or 1
    columns = [{"name": name, "type": _type(kind)} for name, kind in check.kinds.items()][:_MOST_COLUMNS]
    columns += [{"name": source.target or "target", "type": "string" if check.task.classes else "double"}]
    known = {"schema": json.dumps({"mlflow_colspec": columns})} if check.kinds else {}
    profile = {"num_rows": rows, "num_elements": numbers, **{f"num_{name}": n for name, n in check.rows.items()}}
    return {"source": source.path, "profile": json.dumps(profile), "context": "training", **known}


def _type(kind: str) -> str:
    return {"number": "double", "time": "datetime"}.get(kind, "string")


def table_of(records: Iterable[TrialRecord]) -> str:
    """Return the trials that have ended as the JSON of a table, a row each, as `mlflow.log_table` writes it.

    Of their values it has those in which trials differ.
    """
    kept = sorted((record for record in records if record.ended), key=lambda record: record.slot)
    varied = _varied(kept)
    rows = [_row(record, varied) for record in kept]
    columns = list(dict.fromkeys(name for row in rows for name in row))
    return json.dumps({"columns": columns, "data": [[_short(row.get(name)) for name in columns] for row in rows]})


def _short(value: Any) -> Any:
    """Return a number as it fits a cell; the runs hold all of its digits. Whole numbers stay as they are."""
    is_long = isinstance(value, float) and not value.is_integer()
    return float(f"{value:.{DIGITS}g}") if is_long else value


def _row(record: TrialRecord, varied: Collection[str]) -> dict[str, Any]:
    names = ("slot", "state", "builder", "value", "epochs", "seconds")
    facts = {name: getattr(record, name) for name in names}
    values = {name: record.values.get(name) for name in varied}
    return {**facts, **known_of(record), **values, "reason": record.reason}


def _varied(records: Sequence[TrialRecord]) -> list[str]:
    """Return the dotted names of values that are not the same in all trials; the builder has a column of its own."""
    names = dict.fromkeys(name for record in records for name in record.values if name != "model.builder")
    return [name for name in names if len({str(record.values.get(name)) for record in records}) > 1]
