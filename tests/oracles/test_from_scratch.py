"""The zoo's compiled training takes the steps that NumPy takes, for every optimizer, loss and network."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from PIL import Image

from zoo.activations import ACTIVATIONS
from zoo.losses import LOSSES
from zoo.optimizers import OPTIMIZERS

from .cases import every_case
from .from_scratch import main
from .optimizers import Rates
from .side_by_side import MOVED, compare

CASES = {f"{case.kind} {case.name}": case for case in every_case()}
QUICK = ("optimizer adam", "network lstm")  # the others are slow only in their number
TRAINED = [pytest.param(name, marks=() if name in QUICK else pytest.mark.slow) for name in CASES]


@pytest.mark.parametrize("name", TRAINED)
def test_twenty_steps_of_compiled_training_are_those_by_hand(name, workspace):
    found = compare(CASES[name], workspace)
    assert found.moved > MOVED
    assert found.within, f"{found.apart:.1e} apart"


@pytest.mark.parametrize("registry", [ACTIVATIONS, LOSSES, OPTIMIZERS], ids=lambda registry: registry.kind)
def test_every_part_of_the_zoo_is_compared(registry):
    assert {name for name in registry.names() if f"{registry.kind} {name}" not in CASES} == set()


def test_a_wrong_constant_is_found(workspace):
    case = CASES["optimizer adam"]
    wrong = replace(case, rates=replace(case.rates, beta_2=0.99))
    assert isinstance(wrong.rates, Rates)
    assert not compare(wrong, workspace).within


def test_the_command_prints_a_line_a_part_and_draws_them(tmp_path, capsys):
    file = tmp_path / "beside.png"
    assert main(["adam", "--picture", str(file)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert re.match(r"optimizer +adam +digits .* alike$", lines[1])
    assert any("1 of 1 alike" in line for line in lines)
    with Image.open(file) as picture:
        assert picture.width == 1210


@pytest.mark.parametrize("arguments", [["adamant"], ["adam", "--picture", "there.png"]])
def test_the_command_refuses_in_one_line(arguments, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "there.png").write_bytes(b"")
    assert main(arguments) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1
