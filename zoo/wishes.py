"""Wishes: what is asked of an export besides the variant."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from zoo.dataset import Split
from zoo.devices import FORMAT, device_named
from zoo.errors import BadValue, Unsupported
from zoo.formats import Variant, is_timed, precisions_of, require_installed, takes

IO = ("float", "int8")  # what the ends of a file may be; the first are the model's own types
INTEGER = "int8"  # the precision whose ends may be integers too
FLOAT = "float32"  # the precision of which zeros may be left out
USUAL = Variant(FORMAT, FLOAT)


@dataclass(frozen=True)
class Wishes:
    """What is asked of an export: `force` replaces bundles, `test` is the test split if it is open, `latency` times.

    `io` is the type at the ends of int8 files: `float`, which is the model's own types, or `int8`; `strip` leaves out
    of files what running them does not need, `sparse` those weights of float32 files that are zero. With a `device`
    files must run there, and what they take of it is told. Raises BadValue for another `io`, UnknownName for a device
    there is not.
    """

    force: bool = False
    test: Split | None = None
    latency: bool = False
    io: str = "float"
    strip: bool = False
    sparse: bool = False
    device: str | None = None

    def __post_init__(self) -> None:
        if self.io not in IO:
            raise BadValue(f"io is '{self.io}'; it must be {' or '.join(IO)}. Try int8.")
        if self.device is not None:
            device_named(self.device)

    def options(self, variant: Variant) -> dict[str, Any]:
        """Return what the format of a variant is asked for besides, of what it takes."""
        asked = {
            "strip": self.strip,
            "io": self.io if variant.precision == INTEGER else IO[0],
            "sparse": self.sparse and variant.precision == FLOAT,
        }
        return {name: asked[name] for name in takes(variant.format) if asked[name] not in (False, IO[0])}

    def folder_of(self, variant: Variant) -> str:
        """Return what the folder of a variant's bundle is called: `tflite-int8`, or `tflite-int8-stripped` ..."""
        asked = self.options(variant)
        ends = [f"io-{asked['io']}"] if "io" in asked else []
        rest = [word for name, word in (("sparse", "sparse"), ("strip", "stripped")) if name in asked]
        return "-".join([*variant, *ends, *rest])

    def require_taken(self, variant: Variant) -> None:
        """Raise Unsupported where a variant takes not all of it, or does not run where it is to."""
        require_installed(variant.format)
        if self.latency and not is_timed(variant.format):
            what = f"latency is measured for tflite only, not for {variant.format}"
            raise Unsupported(f"{what}. Leave --latency (latency=) away, or name --format {FORMAT}.")
        if self.strip and "strip" not in takes(variant.format):
            raise Unsupported(f"{variant.format} has nothing to strip. Leave --strip (strip=) away, or take tflite.")
        if self.io != IO[0] and "io" not in self.options(variant):
            what = f"the ends of {variant} are of the model's own types"
            raise Unsupported(f"{what}; int8 files alone have others. Leave --io (io=) away, or take int8.")
        if self.sparse and "sparse" not in self.options(variant):
            what = f"{variant} stores every weight; zeros are left out of tflite float32 alone"
            raise Unsupported(f"{what}. Leave --sparse (sparse=) away.")
        self.require_running(variant)

    def require_running(self, variant: Variant) -> None:
        """Raise Unsupported, with the nearest that does, where a variant does not run on the device."""
        if self.device is None:
            return
        device = device_named(self.device)
        device.require_format(variant.format, self.device)
        device.require(variant.precision, self.device)
        if "sparse" in self.options(variant) and "c_array" in device.runs:
            what = f"device {self.device} reads no file whose zeros are left out"
            raise Unsupported(f"{what}. Leave --sparse (sparse=) away.")


def variant_for(
    format: str | None = None,
    precision: str | None = None,
    device: str | None = None,
    usual: str = USUAL.precision,
) -> Variant:
    """Return the variant to write where format or precision is not said: what is shipped to the `device` first.

    Without a device that is tflite in the precision `usual`, or float32 in a format that has no such files. Raises
    UnknownName for a device or a format there is not, Unsupported for a precision that does not run there.
    """
    if device is None:
        chosen = format or USUAL.format
        return Variant(chosen, precision or (usual if usual in precisions_of(chosen) else USUAL.precision))
    known = device_named(device)
    if precision is not None:
        known.require(precision, device)
    chosen = format or known.runs[0]
    has = precisions_of(chosen)
    return Variant(chosen, precision or next((one for one in known.precisions if one in has), USUAL.precision))
