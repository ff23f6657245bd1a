"""Samplers by name, each with the seed of its slot."""

from __future__ import annotations

import sys

import pytest

from search.drawing.samplers import EXTRAS, SAMPLERS, require_sampler, sampler
from search.drawing.seeds import SEEDS, slot_seed
from zoo.errors import UnknownName, Unsupported

from ..studies import points, run, seeded


@pytest.mark.parametrize("name", SAMPLERS)
def test_the_same_seed_draws_the_same_study(tmp_path, name):
    if name in EXTRAS:
        pytest.importorskip(EXTRAS[name], reason="a package that does not come with the project")
    run(tmp_path / "one", 12, name=name)
    run(tmp_path / "two", 12, name=name)
    assert points(tmp_path / "one") == points(tmp_path / "two")


@pytest.mark.slow
@pytest.mark.parametrize("name", ["tpe", "nsga2", "nsga3", "qmc"])
def test_a_sampler_draws_no_point_twice_from_numbers(tmp_path, name):
    run(tmp_path, 24, name=name)
    assert len({str(point) for point in points(tmp_path)}) == 24


def test_a_sampler_whose_package_is_missing_says_which(monkeypatch):
    monkeypatch.setitem(sys.modules, "cmaes", None)
    with pytest.raises(Unsupported, match="sampler cmaes needs cmaes, which is not there. Try pip install cmaes"):
        require_sampler("cmaes")


def test_an_unknown_sampler_gets_the_nearest_name():
    with pytest.raises(UnknownName, match="did you mean 'random'"):
        sampler("randon", 0)


def test_seeds_differ_by_study_slot_and_purpose_and_stay_for_ever():
    found = {slot_seed(study, slot, use) for study in (0, 1) for slot in range(500) for use in ("sampler", "training")}
    assert len(found) == 2000
    assert all(0 <= seed < SEEDS for seed in found)
    assert slot_seed(0, 12, "sampler") == 1408417242  # printf 0/12/sampler | sha256sum, first 8 bytes


def test_another_study_seed_draws_other_values():
    drawn = [seeded(study_seed=seed)(0)._rng.rng.uniform() for seed in (0, 1)]
    assert drawn[0] != drawn[1]
