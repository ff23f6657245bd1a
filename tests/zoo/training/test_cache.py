"""The cache of programs: what is one program, how many are kept, and what is left of one that is let go."""

from __future__ import annotations

import gc
from collections import Counter
from dataclasses import dataclass, field, fields, replace
from types import SimpleNamespace
from weakref import ref

import numpy as np
import pytest

from zoo.builders import BUILDERS, builder_space
from zoo.errors import BadValue
from zoo.memory import resident
from zoo.recipe import SWITCHES, Recipe, Source, TrainConfig
from zoo.space import Choice, Float, space_of
from zoo.task import Task
from zoo.training import cache
from zoo.training.cache import NUMBER_BYTES, OPERATION_BYTES, Programs, bytes_of
from zoo.training.extras import OF_OPTIMIZER
from zoo.training.fitting import fit
from zoo.workspace import Workspace, structure

MB = 2**20
# the last ones by whether they are asked for, not by how large they are
STRUCTURE = {"optimizer", "form", "precision", "jit_compile", "lookahead", "loss", "schedule", "warm_up"}
STRUCTURE |= {*OF_OPTIMIZER, *SWITCHES}
TASK = Task("image", (8, 8, 1), ("a", "b"))


@dataclass(frozen=True)
class Filling:
    """As much of a program as the cache weighs."""

    operations: int
    model: SimpleNamespace = field(default_factory=lambda: SimpleNamespace(weights=[]))
    optimizer: SimpleNamespace = field(default_factory=lambda: SimpleNamespace(variables=[]))


def made(programs: Programs, *keys: str, operations: int = 1) -> None:
    for key in keys:
        programs.get(key, lambda: Filling(operations))


def test_no_more_than_so_many_are_kept_and_the_one_used_longest_ago_goes_first():
    programs = Programs(most=3)
    made(programs, "a", "b", "c", "a", "d")
    assert programs.keys() == ("c", "a", "d")
    assert "a" in programs
    assert "b" not in programs


def test_a_kept_program_is_not_made_again_and_one_let_go_is():
    programs, calls = Programs(most=2), Counter()

    def make(key):
        calls[key] += 1
        return Filling(1)

    for key in "aabcab":
        programs.get(key, lambda key=key: make(key))
    assert calls == {"a": 2, "b": 2, "c": 1}


def test_none_is_made_while_those_kept_fill_too_much():
    programs = Programs(most_bytes=100 * OPERATION_BYTES)
    made(programs, "a", "b", "c", operations=40)
    made(programs, "d", operations=10)
    assert programs.keys() == ("b", "c", "d")
    assert programs.bytes == 90 * OPERATION_BYTES


def test_the_program_used_last_stays_however_large():
    programs = Programs(most_bytes=1)
    made(programs, "a", "b", "c")
    assert programs.keys() == ("b", "c")


def test_a_program_that_cannot_be_made_is_not_kept():
    programs = Programs()
    with pytest.raises(ZeroDivisionError):
        programs.get("a", lambda: 1 // 0)
    assert len(programs) == 0


def test_a_cache_that_keeps_none_is_refused():
    with pytest.raises(BadValue, match=r"programs is 0; at least one must be kept\. Try 40\."):
        Programs(most=0)


def test_a_program_weighs_its_numbers_and_the_operations_of_its_graphs(digits):
    workspace, recipe = Workspace(), Recipe(Source("digits"), "mlp", {"depth": 1, "units": 16})
    program = workspace.program(recipe, digits.task)
    numbers = sum(variable.numpy().size for variable in (*program.model.weights, *program.optimizer.variables))
    assert bytes_of(program) == NUMBER_BYTES * numbers
    fit(replace(recipe, train=TrainConfig(epochs=1)), digits, workspace)
    assert bytes_of(program) == NUMBER_BYTES * numbers + OPERATION_BYTES * program.operations
    assert 200 < program.operations < 2000


@pytest.mark.slow
def test_nothing_refers_to_a_program_that_was_let_go(digits):
    workspace = Workspace(programs=1)
    recipes = [
        Recipe(Source("digits"), "mlp", {"depth": 1, "units": units}, train=TrainConfig(epochs=1)) for units in (16, 24)
    ]
    fit(recipes[0], digits, workspace)
    dropped = workspace.program(recipes[0], digits.task)
    graph, model = ref(dropped._steps._concrete.graph), ref(dropped.model)
    del dropped
    fit(recipes[1], digits, workspace)
    gc.collect()
    assert (graph(), model()) == (None, None)


@pytest.mark.slow
def test_a_program_is_unharmed_by_the_making_and_the_end_of_others(digits, monkeypatch):
    monkeypatch.setattr(cache, "LITTER", 0)
    monkeypatch.setattr(cache, "STALE", 0)
    recipe = Recipe(Source("digits"), "mlp", {"depth": 1, "units": 16}, train=TrainConfig(epochs=2))
    alone, beside = Workspace(), Workspace(programs=2)
    expected = fit(recipe, digits, alone).weights
    for units in (24, 32, 40):
        fit(recipe, digits, beside)
        fit(replace(recipe, model={"depth": 1, "units": units}), digits, beside)
    again = fit(recipe, digits, beside).weights
    assert all(np.array_equal(one, other) for one, other in zip(expected, again, strict=True))


def another(domain, value):
    """Return a value of `domain` other than `value`."""
    if isinstance(domain, Choice):
        return next(option for option in domain.options if option != value)
    low = domain.low
    return low if low != value else (domain.high if isinstance(domain, Float) else low + 1)


@pytest.mark.parametrize("name", [part.name for part in fields(TrainConfig)])
def test_of_the_training_only_what_compiles_otherwise_makes_another_program(name):
    base = Recipe(Source("digits"), "mlp")
    other = another(space_of(TrainConfig)[name].domain, getattr(base.train, name))
    changed = replace(base, train=replace(base.train, **{name: other}))
    assert (structure(changed, TASK) != structure(base, TASK)) == (name in STRUCTURE)


@pytest.mark.parametrize(
    ("builder", "name"), [(builder, name) for builder in BUILDERS.names() for name in builder_space(builder)]
)
def test_of_the_model_all_but_live_values_makes_another_program(builder, name):
    parameter = builder_space(builder)[name]
    changed = Recipe(Source("digits"), builder, {name: another(parameter.domain, parameter.default)})
    assert (structure(changed, TASK) != structure(Recipe(Source("digits"), builder), TASK)) == (not parameter.live)


@pytest.mark.parametrize(
    "change",
    [
        {"input_shape": (8, 9, 1)},
        {"dtype": "uint8"},
        {"classes": ("a", "b", "c")},
        {"classes": ()},
        {"modality": "audio"},
        {"vocabulary": 9},
        {"classes": (), "horizon": 3},
    ],
)
def test_each_shape_dtype_and_kind_of_answer_makes_another_program(change):
    recipe = Recipe(Source("digits"), "mlp")
    assert structure(recipe, replace(TASK, **change)) != structure(recipe, TASK)


def test_only_for_xla_batch_size_and_rows_are_structure():
    plain = Recipe(Source("digits"), "mlp")
    large = replace(plain, train=TrainConfig(batch_size=64))
    assert structure(plain, TASK, rows=100) == structure(large, TASK, rows=200)
    plain, large = (replace(one, train=replace(one.train, jit_compile=True)) for one in (plain, large))
    assert len({structure(one, TASK, rows=rows) for one in (plain, large) for rows in (100, 200)}) == 4


def grid(count: int, epochs: int = 1) -> list[Recipe]:
    return [
        Recipe(Source("digits"), "mlp", {"depth": depth, "units": units}, train=TrainConfig(epochs=epochs))
        for depth in (1, 2, 3, 4)
        for units in (16, 24, 32, 48, 64)
    ][:count]


@pytest.mark.slow
def test_trials_on_cached_programs_leave_next_to_nothing(digits):
    workspace, recipes = Workspace(), grid(20)
    for recipe in recipes * 2:
        fit(recipe, digits, workspace)
    before = resident()
    for seed in range(160):
        fit(replace(recipes[seed % 20], seed=seed), digits, workspace)
    assert resident() - before < 160 * MB // 20


@pytest.mark.patient
@pytest.mark.slow
def test_programs_let_go_leave_little(digits):
    workspace, recipes = Workspace(programs=4), grid(20)
    for recipe in recipes:
        fit(recipe, digits, workspace)
    before = resident()
    for recipe in recipes * 3:
        fit(recipe, digits, workspace)
    assert resident() - before < 60 * MB * 1.5
