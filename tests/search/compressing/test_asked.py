"""What is asked of a compression: it survives the disk, and its options ask for the same."""

from __future__ import annotations

import json
import math

import pytest

from search.compressing import compressing
from search.compressing.asked import Asked

from .files import answer

EVERY = [
    Asked(),
    Asked(0.07, ("ram=2kB", "latency=1ms"), 3600, "micro"),
    Asked(max_drop=0.005, budget_s=0.5),
    Asked(max_drop=0, device="server"),
    Asked(max_drop=1e-7, budget_s=1e-5),
]


@pytest.mark.parametrize("asked", EVERY)
def test_it_comes_back_from_the_disk_as_it_was(asked):
    assert Asked.from_json(json.loads(json.dumps(asked.to_json()))) == asked


@pytest.mark.parametrize("asked", EVERY)
def test_its_options_ask_for_the_same_on_the_command_line(asked, zoo_command, monkeypatch):
    heard = {}

    def compress(model, data, **options):
        heard.update(options)
        return answer()

    monkeypatch.setattr(compressing, "compress", compress)
    assert zoo_command("compress", "digits", *asked.options, "--json").code == 0
    told = Asked(**{name: heard[name] for name in ("max_drop", "limit", "budget_s", "device")})
    assert told.to_json() == {**asked.to_json(), "max_drop": pytest.approx(asked.max_drop)}


def test_a_budget_without_end_is_null():
    assert Asked().to_json()["budget_s"] is None
    assert math.isinf(Asked.from_json(Asked().to_json()).budget_s)
