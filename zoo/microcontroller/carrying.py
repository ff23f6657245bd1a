"""A bundle's preparation as C code beside its model, for formats that run where there is no Python."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from zoo.microcontroller._check import check_source
from zoo.microcontroller._sources import preparation_sources
from zoo.preparation import Preparation

HEADER, SOURCE, CHECK = "preparation.h", "preparation.c", "preparation_check.c"


def carry_preparation(folder: Path, preparation: Preparation, classes: Sequence[str] = ()) -> dict[str, Any]:
    """Write a preparation as C code into `folder`; return the bytes of flash and RAM that its tables and work take.

    Files are preparation.h and .c, and preparation_check.c, which compares with golden vectors from Python. Raises
    Unsupported, naming it, for a step that has no C code.
    """
    sources = preparation_sources(preparation, classes)
    texts = {HEADER: sources.header, SOURCE: sources.code, CHECK: check_source(preparation)}
    for name, text in texts.items():
        (folder / name).write_text(text, "ascii", newline="\n")
    return {"flash_bytes": sources.flash, "ram_bytes": sources.ram}
