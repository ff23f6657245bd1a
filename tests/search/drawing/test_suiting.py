"""A study's space for a device: what its files do badly with is left out, and refused where it is asked for."""

from __future__ import annotations

import pytest

from search.drawing.spaces import study_space
from search.drawing.suiting import decided, suited
from search.settings import settings_of
from zoo.errors import BadValue, Unsupported


def activations(space):
    return space.builders["mlp"]["activation"].domain.points()


def test_activations_without_an_integer_kernel_are_not_searched_for_a_microcontroller():
    space = study_space(["mlp"])
    assert "elu" in activations(space)
    assert "elu" not in activations(suited(space, "micro"))
    assert activations(suited(space, "server")) == activations(space)


@pytest.mark.parametrize("name", ["model.activation", "mlp.activation"])
def test_such_an_activation_is_refused_where_it_is_asked_for(name):
    space = study_space(["mlp"], {name: "elu"})
    with pytest.raises(BadValue, match="mlp.activation is elu, which has no integer kernel on device micro"):
        suited(space, "micro", {name})


@pytest.mark.parametrize(("device", "precision", "compress"), [("micro", "int8", True), ("server", "float32", False)])
def test_a_device_sets_precision_and_compression(device, precision, compress):
    settings = settings_of("digits", device=device)
    assert (settings.precision, settings.compress) == (precision, compress)


def test_a_precision_that_runs_on_the_device_stays():
    assert settings_of("digits", device="mobile", precision="dynamic").precision == "dynamic"


def test_float32_is_measured_where_it_is_asked_for_by_name():
    assert settings_of("digits", device="micro", precision="float32").precision == "float32"
    assert settings_of("digits").precision == "float32"


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (
            ("micro", "int8", True),
            "device micro: trials are measured as c_array int8 files, made smaller first; not searched: ",
        ),
        (
            ("micro", "float32", True),
            "measured as c_array float32 files, as asked, though it is for int8, made smaller first",
        ),
        (("server", "float32", False), "device server: trials are measured as float32 files"),
    ],
)
def test_what_a_device_decides_is_said(asked, said):
    assert said in decided(*asked)


def test_one_that_does_not_is_refused():
    with pytest.raises(Unsupported, match="float16 files do not run on device micro"):
        settings_of("digits", device="micro", precision="float16")
