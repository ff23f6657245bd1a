"""Array files, read without unpickling; broken ones are refused, whatever is broken about them."""

import random

import numpy as np
import pytest

from zoo.arrays import read_arrays
from zoo.errors import BadData


def test_only_the_named_arrays_are_read_so_others_may_hold_anything(tmp_path):
    np.savez(tmp_path / "a.npz", x=np.eye(2), notes=np.array([{}], dtype=object))
    assert list(read_arrays(tmp_path / "a.npz", ("x", "y"))) == ["x"]


def test_a_plain_array_file_is_read_as_x(tmp_path):
    np.save(tmp_path / "a.npy", np.eye(2))
    np.testing.assert_array_equal(read_arrays(tmp_path / "a.npy", ())["x"], np.eye(2))


@pytest.mark.parametrize("save", [np.savez, np.savez_compressed])
def test_an_archive_with_any_bytes_changed_is_read_or_refused_in_one_line(tmp_path, save):
    path, dice = tmp_path / "a.npz", random.Random(0)
    save(path, x=np.eye(4), y=np.arange(4))
    whole = path.read_bytes()
    for _ in range(300):
        content = bytearray(whole)
        for _ in range(dice.randint(1, 4)):
            content[dice.randrange(len(content))] = dice.randrange(256)
        path.write_bytes(content[: dice.choice((None, dice.randrange(1, len(content))))])
        try:
            read_arrays(path, ("x", "y"))
        except BadData as error:
            assert "\n" not in str(error)
