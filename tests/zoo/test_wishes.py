"""What an export may be asked for, and which variants take it."""

from __future__ import annotations

import pytest

from zoo.errors import BadValue, UnknownName, Unsupported
from zoo.formats import Variant
from zoo.wishes import Wishes, variant_for

INT8, FLOAT = Variant("tflite", "int8"), Variant("tflite", "float32")
BOTH = Wishes(io="int8", strip=True)


def test_a_variant_is_asked_for_what_it_takes_alone():
    assert BOTH.options(INT8) == {"io": "int8", "strip": True}
    assert BOTH.options(FLOAT) == {"strip": True}
    assert BOTH.options(Variant("keras_file")) == {}
    assert Wishes().options(INT8) == {}
    assert Wishes(sparse=True).options(FLOAT) == {"sparse": True}
    assert Wishes(sparse=True).options(INT8) == {}


def test_a_folder_says_what_is_unusual_about_its_bundle():
    assert Wishes().folder_of(INT8) == "tflite-int8"
    assert BOTH.folder_of(INT8) == "tflite-int8-io-int8-stripped"
    assert BOTH.folder_of(FLOAT) == "tflite-float32-stripped"
    assert Wishes(strip=True, sparse=True).folder_of(FLOAT) == "tflite-float32-sparse-stripped"
    assert BOTH.folder_of(Variant("saved_model")) == "saved_model-float32"


def test_another_type_at_the_ends_is_refused():
    with pytest.raises(BadValue, match=r"io is 'int4'; it must be float or int8\. Try int8\."):
        Wishes(io="int4")


REFUSED = {
    "strip": (Wishes(strip=True), Variant("keras_file"), "keras_file has nothing to strip.*--strip"),
    "io of a float file": (Wishes(io="int8"), FLOAT, "ends of tflite float32 are of the model's own types.*--io"),
    "io of 16 bits": (Wishes(io="int8"), Variant("tflite", "int16x8"), "int8 files alone have others"),
    "sparse": (Wishes(sparse=True), INT8, "tflite int8 stores every weight; zeros are left out of.*--sparse"),
    "sparse on a board": (Wishes(sparse=True, device="micro"), FLOAT, "device micro reads no file.*--sparse"),
    "a precision on a board": (Wishes(device="micro"), Variant("tflite", "dynamic"), "Nearest to dynamic is int8"),
    "a format on a board": (Wishes(device="micro"), Variant("keras_file"), "keras_file files do not run on.*c_array"),
    "a format on a server": (Wishes(device="server"), Variant("c_array"), "c_array files do not run on device server"),
    "latency": (Wishes(latency=True), Variant("saved_model"), "not for saved_model.*--latency"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_wish_that_a_variant_does_not_take_is_refused_with_the_option_to_leave_away(case):
    wishes, variant, words = REFUSED[case]
    with pytest.raises(Unsupported, match=words):
        wishes.require_taken(variant)


@pytest.mark.parametrize(
    ("wishes", "variant"), [(BOTH, INT8), (Wishes(strip=True, latency=True), FLOAT), (Wishes(), FLOAT)]
)
def test_what_a_variant_takes_is_let_through(wishes, variant):
    wishes.require_taken(variant)


def test_a_device_there_is_not_is_refused():
    with pytest.raises(UnknownName, match="did you mean 'micro'"):
        Wishes(device="micra")


@pytest.mark.parametrize(
    ("asked", "variant"),
    [
        ((), ("tflite", "float32")),
        (("keras_file",), ("keras_file", "float32")),
        ((None, "int8"), ("tflite", "int8")),
        ((None, None, "micro"), ("c_array", "int8")),
        (("tflite", None, "micro"), ("tflite", "int8")),
        ((None, "float32", "micro"), ("c_array", "float32")),
        ((None, None, "mobile"), ("tflite", "int8")),
        (("onnx", None, "mobile"), ("onnx", "float32")),
        ((None, None, "server"), ("tflite", "float32")),
        ((None, None, None, "int8"), ("tflite", "int8")),
        (("saved_model", None, None, "int8"), ("saved_model", "float32")),
        ((None, "float16", None, "int8"), ("tflite", "float16")),
    ],
)
def test_what_is_not_said_is_what_is_shipped_to_the_device_first(asked, variant):
    assert variant_for(*asked) == variant


def test_a_precision_that_does_not_run_on_the_device_is_refused_whatever_the_format():
    with pytest.raises(Unsupported, match=r"dynamic files do not run on device micro.*Nearest to dynamic is int8\."):
        variant_for(None, "dynamic", "micro")
