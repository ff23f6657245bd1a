"""Samplers by name, each with the seed of its slot."""

from __future__ import annotations

import pytest

from search.samplers import SAMPLERS, sampler
from search.seeds import SEEDS, slot_seed
from zoo.errors import UnknownName

from .studies import points, run, seeded


@pytest.mark.parametrize("name", SAMPLERS)
def test_the_same_seed_draws_the_same_study(tmp_path, name):
    run(tmp_path / "one", 12, name=name)
    run(tmp_path / "two", 12, name=name)
    assert points(tmp_path / "one") == points(tmp_path / "two")


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
