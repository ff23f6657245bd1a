"""What C code is made of: constant tables, memory to work in, and the rows that go from one part to the next."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from string import Template
from typing import Any

import numpy as np

TEXT = "text"
BYTES = {"double": 8, "float": 4, "int32_t": 4, "uint32_t": 4, "int16_t": 2, "int8_t": 1, "uint8_t": 1}
POINTER = 4  # bytes of an address, and of its entry in a table, on the microcontrollers that this is for
_A_LINE = 100  # characters
_PLAIN = set(map(ord, " !#$%&'()*+,-./:;<=>@[]^_`{|}~")) | set(range(48, 58)) | set(range(65, 91)) | set(range(97, 123))
_IN_COMMENT = set(" .,:;_-+()[]'%") | set(map(chr, [*range(48, 58), *range(65, 91), *range(97, 123)]))


@dataclass(frozen=True)
class Rows:
    """One row as C holds it: the type of its numbers and its shape, () where each row has its own."""

    kind: str
    shape: tuple[int, ...]

    @property
    def size(self) -> int:
        """Return how many numbers a row has."""
        return math.prod(self.shape)


@dataclass(frozen=True)
class Table:
    """Constant `values` of the C type `kind`, or texts: what takes flash."""

    name: str
    kind: str
    values: Sequence[Any] | np.ndarray
    storage: str = "static const"

    @property
    def bytes(self) -> int:
        """Return the bytes of flash; texts count with the addresses that lead to them."""
        if self.kind == TEXT:
            return sum(len(encoded(text)) + 1 + POINTER for text in self.values)
        return BYTES[self.kind] * len(self.values)

    def text(self) -> str:
        """Return the definition; one of no values holds a 0, since C has no empty arrays."""
        is_text = self.kind == TEXT
        kind = "char *const" if is_text else self.kind
        inner = [quoted(value) if is_text else number(value, self.kind) for value in self.values] or ["0"]
        return f"{self.storage} {kind} {self.name}[{len(inner)}] = {{\n{lines(inner)}}};\n"


@dataclass(frozen=True)
class Buffer:
    """Memory for `size` numbers of the C type `kind`, kept between calls: what takes RAM."""

    name: str
    kind: str
    size: int

    @property
    def bytes(self) -> int:
        """Return the bytes of RAM."""
        return BYTES.get(self.kind, 1) * self.size

    def text(self) -> str:
        """Return the definition."""
        return f"static {self.kind} {self.name}[{self.size}];\n"


@dataclass(frozen=True)
class Part:
    """A step in C: a function `code` from rows to `result`, and what it needs; `in_place` may be given one array."""

    code: str
    result: Rows
    tables: tuple[Table, ...] = ()
    buffers: tuple[Buffer, ...] = ()
    in_place: bool = False


def filled(template: str, **values: Any) -> str:
    """Return C code with `$name` replaced by each of `values`."""
    return Template(template).substitute(values)


def number(value: Any, kind: str) -> str:
    """Return a number as C writes it, read back to the same bits."""
    if kind not in ("float", "double"):
        return str(int(value))
    value = np.float32(value) if kind == "float" else float(value)
    if not math.isfinite(value):
        return "NAN" if math.isnan(value) else "INFINITY" if value > 0 else "-INFINITY"
    return f"{value}f" if kind == "float" else repr(value)


def quoted(text: str) -> str:
    """Return a text as C writes it, whatever its characters: ASCII only, no escape that runs into what follows."""
    return '"' + "".join(chr(byte) if byte in _PLAIN else f"\\{byte:03o}" for byte in encoded(text)) + '"'


def encoded(text: str) -> bytes:
    """Return a text in UTF-8; halves of characters, which UTF-8 has none of, become question marks."""
    return text.encode("utf-8", "replace")


def in_comment(text: str) -> str:
    """Return a text that may stand in a C comment: a name of a column must not end it."""
    return "".join(character if character in _IN_COMMENT else "_" for character in text)


def lines(items: Iterable[str]) -> str:
    """Return literals separated by commas, on lines of at most about 100 characters."""
    found, line = [], "   "
    for item in items:
        if len(line) + len(item) > _A_LINE:
            found.append(line)
            line = "   "
        line += f" {item},"
    return "\n".join([*found, line]) + "\n"
