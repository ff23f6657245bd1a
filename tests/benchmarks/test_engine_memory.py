"""Memory that trials leave behind: the engine alone, and studies with their processes and what recycles them."""

from __future__ import annotations

from itertools import product

import pytest

from .figures import warning
from .keeping import Row
from .measuring import Contender, at_most
from .peers.job import WEIGHT_DECAY, Spec

pytestmark = [pytest.mark.benchmark, pytest.mark.search, pytest.mark.timeout(4 * 3600)]
TWENTY = {"mlp": {"units": (16, 32, 64, 128, 256), "depth": (1, 2, 3, 4), "activation": ("relu",)}}
HUNDRED = {
    "mlp": {"units": (8, 16, 32, 64, 128), "depth": (1, 2, 3, 4, 5), "activation": ("relu", "elu", "tanh", "sigmoid")}
}
EPOCHS = 2
SETTLE = 10  # trials, then the exporter's and MLflow's imports have taken what they take


def test_memory_a_trial_of_the_engine_alone(bench, show):
    trials = at_most("trials", 200)
    structures = [{"units": units, "depth": depth} for units, depth in product(*list(TWENTY["mlp"].values())[:2])]
    values = [_values(structures[number % len(structures)]) for number in range(trials)]
    row = bench.row(Contender("engine_alone", Spec(("mlp",), trials, EPOCHS, space=TWENTY)), values)
    _show(show, f"fit alone, {trials} trials on {len(structures)} structures", row, 0, len(structures))
    assert row["trials"] == trials


@pytest.mark.parametrize(("trials", "space", "structures"), [(200, TWENTY, 20), (400, HUNDRED, 100)])
def test_memory_of_a_study(trials, space, structures, bench, show):
    trials = at_most("trials", trials)
    settle = min(SETTLE, trials // 3)
    spec = Spec(("mlp",), trials, EPOCHS, space=space, exports=False, settle=settle)
    row = bench.row(Contender("zoo_study", spec))
    _show(show, f"a study of {trials} trials over {structures} structures", row, settle, 2 * structures)
    assert row["trials"] == trials


def _values(structure) -> dict:
    train = {"epochs": EPOCHS, "patience": EPOCHS, "learning_rate": 1e-3, "weight_decay": WEIGHT_DECAY}
    named = {f"model.{name}": value for name, value in structure.items()}
    return {"model.builder": "mlp", **named, **{f"train.{name}": value for name, value in train.items()}}


def _show(show, title: str, row: Row, first: int, met: int) -> None:
    """Show what a trial adds after trial `first` of them, counted from 0, and after `met`, when most are known."""
    memory = row["memory"]
    first, met = (min(at, len(memory) - 2) for at in (first, met))
    whole, later = ((memory[-1] - memory[at]) / (len(memory) - 1 - at) for at in (first, met))
    show(f"\n{title}{warning()}: {whole:.2f} MB a trial, asked .5; {later:.2f} after trial {met + 1}")
    show(
        f"  resident, all processes: {memory[first]:,.0f} MB after trial {first + 1}, {memory[-1]:,.0f} after the last"
    )
    show(f"  {max(memory):,.0f} at most between trials, {row['peak_mb']:,} at most; {row['seconds']:.0f} s")
