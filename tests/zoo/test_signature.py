"""Spaces read from source equal those of the imported functions."""

from __future__ import annotations

import pytest

from zoo.builders import BUILDERS, builder_space
from zoo.signature import parameters_in


@pytest.mark.parametrize("name", BUILDERS.names())
def test_a_builder_s_source_tells_its_space(name):
    assert parameters_in(BUILDERS.entries[name].node) == builder_space(name)
