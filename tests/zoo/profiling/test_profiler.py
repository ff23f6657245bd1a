"""Files are profiled in a child: what a damaged one does to it is told in one line, and the next is profiled."""

from __future__ import annotations

import shutil
import sys

import numpy as np
import pytest

import zoo
from zoo.errors import BadData, BadValue, ZooError
from zoo.profiling import Profiler, profile
from zoo.profiling._timing import UNPACKED

from .crafted import custom, dense, sums, texts
from .lengths import CHANNELS, convolution, sum_of_two

CRASHING = """
import os, signal
from zoo.child import channel
parent = channel()
while True:
    order = parent.heard.get()
    if order["do"] == "time" and "bad" in order["path"]:
        os.kill(os.getpid(), signal.SIGSEGV)
    from zoo.profiling._child import answer
    parent.tell(answer(order))
"""
SILENT = "import time; from zoo.child import channel; parent = channel(); time.sleep(600)"


@pytest.fixture(scope="module")
def profiler():
    with Profiler(limit_s=120) as profiler:
        yield profiler


@pytest.fixture
def file(tmp_path):
    def write(content, name="model.tflite"):
        (tmp_path / name).write_bytes(content)
        return tmp_path / name

    return write


def test_a_file_is_described_and_timed(profiler, file):
    found = profiler.profile(file(dense()), calls=3)
    assert [step.operator for step in found.steps] == ["FULLY_CONNECTED", "SOFTMAX"]
    assert all(step.us is not None for step in found.steps)
    assert found.timing.calls == 3


def test_a_file_that_is_not_run_is_described(file):
    found = zoo.profile(file(dense()), calls=0)
    assert (found.timing.whole_us, found.timing.reason) == (None, "nothing was run")
    assert found.steps[0].us is None
    assert not found.micro.tried
    assert found.micro.reason == "its interpreter was not asked, since calls=0 (--calls 0) runs nothing"


@pytest.mark.parametrize("precision", ["float32", "float16", "dynamic", "int8"])
def test_a_bundle_is_profiled_as_its_file(precision, exports, profiler):
    bundle = exports["cnn", "tflite", precision].path
    whole, alone = (profiler.profile(path, calls=1) for path in (bundle, bundle / "model.tflite"))
    assert (whole.path, whole.sha256) == (alone.path, alone.sha256)
    reasons = {step.untimed for step in whole.steps if step.us is None}
    assert reasons == ({UNPACKED} if precision == "float16" else set())


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is no LiteRT file"),
        (b"PK\x03\x04 something else", "is no LiteRT file"),
        (dense()[:40], "is damaged"),
        (b"\xff\xff\xff\x7fTFL3" + bytes(64), "is damaged"),
    ],
)
def test_what_is_no_litert_file_is_refused_in_one_line(content, words, profiler, file):
    with pytest.raises(BadData, match=words):
        profiler.profile(file(content), calls=1)


def test_what_is_not_there_or_another_format_is_refused(profiler, exports, tmp_path):
    with pytest.raises(BadData, match="cannot be read"):
        profiler.profile(tmp_path / "none.tflite")
    with pytest.raises(BadData, match="no bundle at"):
        profiler.profile(tmp_path)
    with pytest.raises(BadData, match="holds a keras_file"):
        profiler.profile(exports["mlp", "keras_file", "float32"].path)


def test_a_c_array_is_profiled_by_the_file_that_it_holds(profiler, exports):
    made = exports["mlp", "c_array", "int8"]
    found = profiler.profile(made.path, calls=0)
    assert (found.bytes, found.arena_bytes) == (made.bytes, made.facts.arena_bytes)


def test_fewer_calls_than_none_are_refused(profiler, file):
    with pytest.raises(BadValue, match="calls is -1"):
        profiler.profile(file(dense()), calls=-1)


def test_a_file_of_somebodys_own_operators_is_described_and_not_run(profiler, file):
    found = profiler.profile(file(custom()), calls=1)
    assert "MyOwn" in found.timing.reason
    assert found.steps[0].untimed == found.timing.reason


def test_a_file_of_texts_is_described_and_not_run(profiler, file):
    assert "nothing can be made up" in profiler.profile(file(texts()), calls=1).timing.reason


def test_a_file_that_is_too_short_at_one_is_told_but_for_its_time(profiler, file):
    found = profiler.profile(file(convolution()), calls=1)
    assert [step.operator for step in found.steps] == ["CONV_2D", "MEAN"]
    assert found.timing.whole_us is None
    assert "lengths left open are counted as one, and --shape 1,96,96,3 (shape=)" in found.timing.reason
    assert {step.untimed for step in found.steps} == {found.timing.reason}
    assert found.shape is None


def test_with_lengths_it_is_timed_and_planned_at_that_size(profiler, file):
    path = file(convolution())
    found = profiler.profile(path, calls=1, shape=(1, 20, 20, CHANNELS))
    assert found.timing.whole_us > 0
    assert found.shape == ((1, 20, 20, CHANNELS),)
    assert str(found.inputs[0]) == "float32[1,20,20,3]"
    assert (found.bytes, found.sha256) == ((same := profiler.profile(path, calls=0)).bytes, same.sha256)
    assert found.notes == (
        "everything is told of inputs of 1,20,20,3, given with --shape (shape=); the file's are float32[?,?,?,3]",
    )
    if found.micro.tried:
        assert found.micro.arena_bytes == found.arena_bytes


def test_several_inputs_take_several_shapes(profiler, file):
    found = profiler.profile(file(sum_of_two()), calls=1, shape=[(5, 4), (1, 4)])
    assert [one.shape for one in (*found.inputs, *found.outputs)] == [(5, 4), (1, 4), (5, 4)]


@pytest.mark.parametrize(
    ("shape", "words"),
    [
        ((1, 2, 2, CHANNELS), "shape is 1,2,2,3; .* does not take it: they are too short.* Give other lengths"),
        ((1, 20, 20, 1), r"in which only lengths marked \? are open"),
        ((), "0 shapes given, and the file has 1 input"),
    ],
)
def test_lengths_that_a_file_does_not_take_are_refused(shape, words, profiler, file):
    with pytest.raises(BadValue, match=words):
        profiler.profile(file(convolution()), calls=1, shape=shape)


def test_a_file_of_somebodys_own_operators_takes_no_lengths(profiler, file):
    with pytest.raises(BadValue, match=r"does not take it: .*MyOwn.* Leave --shape \(shape=\) away\."):
        profiler.profile(file(custom()), calls=1, shape=(1, 3))


@pytest.mark.parametrize(("made", "shape"), [(dense, None), (convolution, (1, 9, 9, CHANNELS))])
def test_a_file_that_has_no_length_to_choose_and_does_not_run_stays_an_error(made, shape, file):
    with (
        Profiler((sys.executable, "-c", CRASHING), limit_s=120) as profiler,
        pytest.raises(BadData, match=r"does not run.*killed by SIGSEGV.*It may be damaged"),
    ):
        profiler.profile(file(made(), "bad.tflite"), calls=1, shape=shape)


def test_a_crash_is_told_with_a_cure_and_the_next_file_is_profiled(file):
    bad, good = file(dense(), "bad.tflite"), file(sums(), "good.tflite")
    with Profiler((sys.executable, "-c", CRASHING), limit_s=120) as profiler:
        with pytest.raises(BadData, match=r"killed by SIGSEGV.*--calls 0"):
            profiler.profile(bad, calls=1)
        assert profiler.profile(good, calls=1).steps[0].operator == "ADD"
        assert profiler.profile(bad, calls=0).steps


def test_a_file_that_takes_too_long_is_given_up(file):
    with (
        Profiler((sys.executable, "-c", SILENT), limit_s=0.5) as profiler,
        pytest.raises(BadData, match=r"no answer after 0\.5 s"),
    ):
        profiler.profile(file(dense()))


def flipped(content, seed, count):
    """Yield the content with one bit of one byte turned over, in `count` places drawn by `seed`."""
    chance = np.random.default_rng(seed)
    for place in chance.integers(0, len(content), count):
        torn = bytearray(content)
        torn[place] ^= 1 << int(chance.integers(8))
        yield bytes(torn)


def require_error_or_profile(content, profiler, file, seed, count):
    """Profile torn files one after another; return how many were refused."""
    intact = profiler.profile(file(content), calls=1)
    refused = 0
    for torn in flipped(content, seed, count):
        try:
            assert profiler.profile(file(torn), calls=1).bytes == len(content)
        except ZooError as error:
            assert len(str(error).splitlines()) == 1
            refused += 1
    again = profiler.profile(file(content), calls=1)
    assert (again.sha256, again.arena, again.macs) == (intact.sha256, intact.arena, intact.macs)
    return refused


def test_a_byte_flipped_ends_in_an_error_or_a_profile(profiler, file):
    assert require_error_or_profile(dense(), profiler, file, seed=5, count=40)


@pytest.mark.slow
@pytest.mark.parametrize(("builder", "precision"), [("cnn", "int8"), ("lstm", "float32")])
def test_two_hundred_bytes_flipped_one_by_one_end_in_errors_or_profiles(builder, precision, exports, profiler, file):
    content = (exports[builder, "tflite", precision].path / "model.tflite").read_bytes()
    require_error_or_profile(content, profiler, file, seed=1, count=200)


def test_each_of_two_hundred_bytes_flipped_in_a_bundle_is_found_by_its_hash(exports, profiler, tmp_path):
    bundle = shutil.copytree(exports["cnn", "tflite", "int8"].path, tmp_path / "app")
    content = (bundle / "model.tflite").read_bytes()
    for torn in flipped(content, seed=2, count=200):
        (bundle / "model.tflite").write_bytes(torn)
        with pytest.raises(BadData, match=r"model\.tflite was changed after the export"):
            profiler.profile(bundle)


def test_the_function_and_the_profiler_tell_the_same(profiler, file):
    path = file(sums())
    assert profile(path, calls=0) == profiler.profile(path, calls=0)
