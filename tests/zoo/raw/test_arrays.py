"""Array files, read without unpickling; broken ones are refused, whatever is broken about them."""

import io
import random
import zipfile

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from zoo.errors import BadData
from zoo.raw.arrays import read_arrays


def test_only_the_named_arrays_are_read_so_others_may_hold_anything(tmp_path):
    np.savez(tmp_path / "a.npz", x=np.eye(2), notes=np.array([{}], dtype=object))
    assert list(read_arrays(tmp_path / "a.npz", ("x", "y"))) == ["x"]


def test_a_plain_array_file_is_read_as_x(tmp_path):
    np.save(tmp_path / "a.npy", np.eye(2))
    np.testing.assert_array_equal(read_arrays(tmp_path / "a.npy", ())["x"], np.eye(2))


def test_a_plain_array_file_past_what_may_be_filled_stays_on_the_disk(tmp_path):
    np.save(tmp_path / "a.npy", np.eye(9))
    mapped = read_arrays(tmp_path / "a.npy", (), 100)["x"]
    assert isinstance(mapped, np.memmap)
    np.testing.assert_array_equal(mapped, np.eye(9))
    assert not isinstance(read_arrays(tmp_path / "a.npy", (), 10_000)["x"], np.memmap)


@pytest.mark.parametrize("change", [lambda whole: whole[:-50], lambda whole: whole[:20], lambda whole: b"x" * 500])
def test_a_broken_file_is_refused_before_it_is_mapped(tmp_path, change):
    (tmp_path / "a.npy").write_bytes(change(npy_of(np.eye(9))))
    with pytest.raises(BadData, match="that can be read"):
        read_arrays(tmp_path / "a.npy", (), 10)


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


def npy_of(array):
    held = io.BytesIO()
    np.save(held, array)
    return held.getvalue()


WHOLE = npy_of(np.arange(24.0).reshape(4, 6))


@given(content=st.binary(max_size=200), kept=st.integers(0, 130))
def test_any_bytes_behind_the_beginning_of_an_array_file_are_data_or_refused(tmp_path_factory, content, kept):
    path = tmp_path_factory.getbasetemp() / "fuzzed.npy"
    path.write_bytes(WHOLE[:kept] + content)
    try:
        read_arrays(path, ("x",))
    except BadData as error:
        assert "\n" not in str(error)


HEADERS = st.builds(
    "{{'descr': {}, 'fortran_order': {}, 'shape': {}, }}".format,
    st.sampled_from(["'<f8'", "'|u1'", "'|O'", "'<U3'", "'<M8[s]'", "[('a', '<f8')]", "'|V0'", "'<c16'", "'x'", "1"]),
    st.sampled_from(["True", "False", "2", "None"]),
    st.one_of(
        st.lists(st.integers(-3, 10), max_size=4).map(tuple).map(str),
        st.lists(st.integers(0, 2**70), max_size=3).map(tuple).map(str),
        st.sampled_from(["(1.5,)", "'a'", "(" * 300, "(True,)", "()"]),
    ),
)


@given(header=HEADERS, version=st.sampled_from([(1, 0), (2, 0), (3, 0), (9, 9)]), content=st.binary(max_size=64))
def test_any_header_of_an_array_file_is_data_or_refused(tmp_path_factory, header, version, content):
    path, text = tmp_path_factory.getbasetemp() / "fuzzed.npy", header.encode("latin-1")
    length = len(text).to_bytes(2 if version == (1, 0) else 4, "little")
    path.write_bytes(b"\x93NUMPY" + bytes(version) + length + text + content)
    try:
        read_arrays(path, ("x",))
    except BadData as error:
        assert "\n" not in str(error)


def test_more_than_a_file_can_hold_is_refused_before_memory_is_taken_for_it(tmp_path):
    head = WHOLE.replace(b"(4, 6)", b"(4000000, 6000000)")
    (tmp_path / "a.npy").write_bytes(head)
    with zipfile.ZipFile(tmp_path / "a.npz", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("x.npy", head)
    for name in ("a.npy", "a.npz"):
        with pytest.raises(BadData, match="it announces 192,000,000,000,000 bytes and holds at most"):
            read_arrays(tmp_path / name, ("x",))


def test_an_archive_may_be_packed_as_tightly_as_deflate_packs(tmp_path):
    np.savez_compressed(tmp_path / "a.npz", x=np.zeros((2000, 1000)))
    assert read_arrays(tmp_path / "a.npz", ("x",))["x"].shape == (2000, 1000)
