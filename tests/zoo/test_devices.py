"""Devices: which precisions run there, and why others do not."""

from __future__ import annotations

import pytest

from zoo.devices import DEVICES, device_named, format_for
from zoo.errors import UnknownName, Unsupported
from zoo.formats import FORMATS, precisions_of
from zoo.own.parts import forget_plugins, use_plugin


@pytest.mark.parametrize("name", DEVICES)
def test_a_device_runs_files_that_can_be_made_and_float32_to_compare_with(name):
    device = DEVICES[name]
    assert {*device.precisions} <= {*precisions_of("tflite")}
    assert "float32" in device.precisions


def test_a_precision_that_does_not_run_is_refused_with_the_reason_and_those_that_do():
    with pytest.raises(Unsupported, match=r"dynamic files do not run on device micro: TFLite Micro .* int8, float32"):
        device_named("micro").require("dynamic", "micro")


def test_what_runs_litert_takes_every_precision_and_each_ships_its_own_first():
    made = {*precisions_of("tflite")}
    assert {*DEVICES["mobile"].precisions} == {*DEVICES["server"].precisions} == made
    assert [DEVICES[name].precisions[0] for name in ("micro", "mobile", "server")] == ["int8", "int8", "float32"]


@pytest.mark.parametrize("name", DEVICES)
def test_every_precision_that_does_not_run_has_a_nearest_that_does(name):
    device = DEVICES[name]
    for precision in precisions_of("tflite"):
        if precision not in device.precisions:
            assert device.nearest(precision) in device.precisions
            with pytest.raises(Unsupported, match=rf"Nearest to {precision} is {device.nearest(precision)}\."):
                device.require(precision, name)


@pytest.mark.parametrize("name", DEVICES)
def test_a_device_takes_formats_that_there_are_and_refuses_the_others_with_the_one_to_take(name):
    device = DEVICES[name]
    assert {"tflite", format_for(name)} <= {*device.runs} <= {*FORMATS.names()}
    for format in {*FORMATS.names()} - {*device.runs}:
        with pytest.raises(Unsupported, match=rf"{format} files do not run on device {name}.*Take {device.runs[0]}\."):
            device.require_format(format, name)


def test_a_microcontroller_ships_c_and_what_is_for_no_device_a_litert_file():
    assert [format_for(name) for name in (None, "micro", "mobile", "server")] == ["tflite", "c_array", *["tflite"] * 2]


def test_a_device_of_integers_avoids_activations_without_an_integer_kernel_a_user_s_own_too(tmp_path):
    file = tmp_path / "steep.py"
    file.write_text('@register("activation", without=("int8",))\ndef steep(x):\n    """Return x."""\n')
    assert device_named("micro").avoided == device_named("mobile").avoided == ("elu", "selu")
    try:
        use_plugin(file)
        assert device_named("micro").avoided == ("elu", "selu", "steep")
        assert device_named("server").avoided == ()
    finally:
        forget_plugins()


def test_a_device_there_is_not_is_named_with_the_nearest():
    with pytest.raises(UnknownName, match="did you mean 'micro'"):
        device_named("micra")
