"""The files that go beside a model that runs without Python."""

from __future__ import annotations

import pytest

from zoo.errors import Unsupported
from zoo.microcontroller import C_PARTS
from zoo.microcontroller.carrying import carry_preparation
from zoo.plans import fit_preparation
from zoo.preparation import PREPARATIONS, Preparation
from zoo.preparation.grey import Grey
from zoo.preparation.resize import Resize

from ..kinds import dataset_of


def test_a_preparation_is_three_files_of_ascii_and_the_memory_that_they_take(tmp_path):
    dataset = dataset_of("table")
    taken = carry_preparation(tmp_path, fit_preparation(dataset, dataset.x), ("p", "q"))
    assert {path.name for path in tmp_path.iterdir()} == {"preparation.h", "preparation.c", "preparation_check.c"}
    header = (tmp_path / "preparation.h").read_text("ascii")
    assert f"ZOO_TABLES_BYTES {taken['flash_bytes']} " in header
    assert f"ZOO_WORK_BYTES {taken['ram_bytes']} " in header
    assert "ZOO_CLASSES 2" in header


def test_what_has_no_code_is_refused_before_anything_is_written(tmp_path):
    odd = Preparation((), (), (Grey(3), Resize(4, 4, 1)), dtype="uint8", modality="image")
    with pytest.raises(Unsupported, match="grey"):
        carry_preparation(tmp_path, odd)
    assert not list(tmp_path.iterdir())


def test_every_preparation_step_has_a_part_in_c():
    assert C_PARTS.names() == PREPARATIONS.names()
