"""One against two workers: trials a minute of the same study."""

from __future__ import annotations

import pytest

from .figures import median, steady, table
from .measuring import Contender, at_most
from .peers.job import Spec

pytestmark = [pytest.mark.benchmark, pytest.mark.search, pytest.mark.timeout(4 * 3600)]


@pytest.mark.parametrize(("builder", "trials"), [("mlp", 100), ("cnn", 40), ("lstm", 40)])
def test_trials_a_minute(builder, trials, bench, show):
    trials, epochs = at_most("trials", trials), at_most("epochs", 10)
    names = {0: "in this process", 1: "one worker", 2: "two workers"}
    contenders = {
        name: Contender("zoo_study", Spec((builder,), trials, epochs, workers=count, exports=False))
        for count, name in names.items()
    }
    found = bench.interleaved(contenders)
    show(table(f"{builder}, seconds a trial of {epochs} epochs, {trials} trials", found, steady(trials), {}))
    minute = {name: 60 / median(rows, steady(trials)) for name, rows in found.items()}
    show("  trials a minute: " + ", ".join(f"{name} {rate:.0f}" for name, rate in minute.items()))
