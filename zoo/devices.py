"""Devices: where a file will run, and which files run there."""

from __future__ import annotations

from dataclasses import dataclass

from zoo.activations import without_kernel
from zoo.errors import Unsupported, unknown

FORMAT = "tflite"  # the format that is shipped where no device is named
NEAREST = {"float16": "float32"}  # the precision to take instead where one does not run; of others int8


@dataclass(frozen=True)
class Device:
    """What runs on a device: the `precisions` of files, the first of which is the one to ship.

    `runs` are the formats that it takes, the one to ship first. `shrinks` says that models are made smaller for it,
    and `refusal` why other precisions do not run.
    """

    precisions: tuple[str, ...]
    shrinks: bool = True
    refusal: str = ""
    runs: tuple[str, ...] = (FORMAT,)

    @property
    def avoided(self) -> tuple[str, ...]:
        """Activations that files for it do without: LiteRT computes them in floats, and TFLite Micro refuses them."""
        return without_kernel(self.precisions[0])

    def require(self, precision: str, name: str) -> None:
        """Raise Unsupported unless files of `precision` run on the device of this `name`."""
        if precision not in self.precisions:
            rest = ", ".join(self.precisions)
            nearest = f"Nearest to {precision} is {self.nearest(precision)}."
            raise Unsupported(
                f"{precision} files do not run on device {name}: {self.refusal}. It runs: {rest}. {nearest}"
            )

    def require_format(self, format: str, name: str) -> None:
        """Raise Unsupported unless files of `format` run on the device of this `name`."""
        if format not in self.runs:
            rest = ", ".join(self.runs)
            raise Unsupported(f"{format} files do not run on device {name}. It takes: {rest}. Take {self.runs[0]}.")

    def nearest(self, precision: str) -> str:
        """Return the precision that runs there and stores weights most like this one."""
        return NEAREST.get(precision, "int8")


DEVICES = {
    "micro": Device(
        ("int8", "float32"),
        refusal="TFLite Micro computes in int8 or float32 throughout and has no kernels for weights of other types",
        runs=("c_array", "tflite"),
    ),
    "mobile": Device(
        ("int8", "float32", "float16", "dynamic", "int16x8", "int4", "mixed"),
        refusal="LiteRT makes no such files",
        runs=("tflite", "onnx"),
    ),
    "server": Device(
        ("float32", "float16", "dynamic", "int8", "int16x8", "int4", "mixed"),
        shrinks=False,
        refusal="LiteRT makes no such files",
        runs=("tflite", "saved_model", "keras_file", "onnx"),
    ),
}


def device_named(name: str) -> Device:
    """Return the device `name`; raise UnknownName with the nearest match."""
    if name not in DEVICES:
        raise unknown("device", name, DEVICES)
    return DEVICES[name]


def format_for(name: str | None) -> str:
    """Return the format of the files that are shipped to the device `name`; tflite without a device."""
    return FORMAT if name is None else device_named(name).runs[0]
