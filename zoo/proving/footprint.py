"""Footprint: what a file takes of the device that it is for, and whether it runs there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from zoo.errors import ConversionFailed, Unsupported
from zoo.formats._facts import Facts

MICRO = "micro"  # the device that runs files by TensorFlow Lite Micro
PARTS = ("flash", "ram")


@dataclass(frozen=True)
class Footprint:
    """The bytes that a file takes of a device: of flash, or storage, and of RAM while it answers one row.

    Each maps what takes them to bytes; `ram` is empty where it depends on who runs the file. TensorFlow Lite Micro's
    and LiteRT's own code is not in it.
    """

    device: str
    flash: Mapping[str, int] = field(default_factory=dict)
    ram: Mapping[str, int] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """Return the footprint as plain JSON values, with the sums."""
        sums = {"flash_bytes": sum(self.flash.values()), "ram_bytes": sum(self.ram.values()) if self.ram else None}
        return {"device": self.device, **sums, "flash": dict(self.flash), "ram": dict(self.ram)}

    def line(self) -> str:
        """Return the footprint in a line of words."""
        flash = f"{sum(self.flash.values()):,} bytes of {'flash' if self.device == MICRO else 'storage'}"
        ram = f"   {sum(self.ram.values()):,} bytes of RAM" if self.ram else ""
        return f"on device {self.device}   {flash}{_parts(self.flash)}{ram}{_parts(self.ram)}"


def footprint(device: str, size: int, facts: Facts, file: Path, code: Mapping[str, int] | None = None) -> Footprint:
    """Return what the model in `file`, of `size` bytes, takes of a device; `code` is what its preparation in C takes.

    For micro, its RAM is the planned arena and about the most that the interpreter needs beside it. Raises Unsupported
    for a LiteRT file that TensorFlow Lite Micro does not run.
    """
    from zoo.formats._c_source import require_micro
    from zoo.formats._flatbuffer import read_graphs
    from zoo.formats._interpreter import interpreter_bytes

    arena = {} if facts.arena_bytes is None else {"arena": facts.arena_bytes}
    if device != MICRO:
        return Footprint(device, {"model": size}, arena)
    content = file.read_bytes()
    try:
        require_micro(content)
    except ConversionFailed as error:
        reason = str(error).partition(": ")[2]
        raise Unsupported(f"the file does not run on device {device}: {reason}. c_array int8 may.") from error
    kept = {"interpreter": interpreter_bytes(read_graphs(content)[0], facts.arena_bytes or 0)}
    steps = {"flash": {}, "ram": {}} if not code else {part: {"preparation": code[f"{part}_bytes"]} for part in PARTS}
    return Footprint(device, {"model": size, **steps["flash"]}, {**arena, **kept, **steps["ram"]})


def _parts(bytes_of: Mapping[str, int]) -> str:
    """Return what takes how much, in brackets, where there are several."""
    found = ", ".join(f"{name} {size:,}" for name, size in bytes_of.items())
    return f" ({found})" if len(bytes_of) > 1 else ""
