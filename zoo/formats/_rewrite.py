"""LiteRT files taken apart into plain objects, and put together again."""

from __future__ import annotations

from typing import Any

import flatbuffers
import numpy as np
from ai_edge_litert import schema_py_generated as schema

ALIGNMENT = 16  # bytes, which the schema asks of stored tensors: kernels read them in wide steps
IDENTIFIER = b"TFL3"
EMPTY = 0  # the buffer of all tensors that the file does not store


def taken_apart(content: bytes) -> Any:
    """Return the objects that a LiteRT file's `content` packs, as the schema names them."""
    return schema.ModelT.InitFromPackedBuf(content, 0)


def put_together(model: Any, *, sharing: bool = True) -> bytes:
    """Return the content of the LiteRT file that holds the objects of `model`; equal lists of numbers are stored once.

    Shapes and zero points are such lists: these have eight bytes a channel, and are zeros for all weights. Without
    `sharing` all are stored, so that the file's size follows from the structure alone.
    """
    model.buffers = [_Aligned(buffer.data) for buffer in model.buffers]
    builder = _Sharing(1024) if sharing else flatbuffers.Builder(1024)
    builder.Finish(model.Pack(builder), file_identifier=IDENTIFIER)
    return bytes(builder.Output())


def stored(data: np.ndarray) -> Any:
    """Return a buffer that holds the bytes of `data`."""
    return schema.BufferT(np.frombuffer(np.ascontiguousarray(data).tobytes(), np.uint8))


def values_of(model: Any, tensor: Any, dtype: str = "float32") -> np.ndarray:
    """Return the numbers that a stored tensor of `model` holds, in its shape."""
    data = np.asarray(model.buffers[tensor.buffer].data, np.uint8)
    return np.frombuffer(data.tobytes(), dtype).reshape(tensor.shape)


def is_filled(buffer: Any) -> bool:
    """Return whether a buffer holds the bytes of a tensor, if only of one without elements."""
    return buffer.data is not None


class _Sharing(flatbuffers.Builder):
    """A builder that refers to a list of numbers which it has written before."""

    def __init__(self, size: int) -> None:
        super().__init__(size)
        self._written: dict[tuple[str, bytes], int] = {}

    def CreateNumpyVector(self, x: np.ndarray) -> int:
        """Write `x` unless it was written already; return its place."""
        key = (x.dtype.str, x.tobytes())
        if key not in self._written:
            self._written[key] = super().CreateNumpyVector(x)
        return self._written[key]


class _Aligned(schema.BufferT):
    """A buffer whose bytes begin at a multiple of ALIGNMENT, which the generated code does not see to."""

    def Pack(self, builder: Any) -> int:
        """Write the buffer; return its place."""
        if self.data is not None:
            size = len(self.data)
            builder.StartVector(1, size, ALIGNMENT)
            builder.head -= size
            builder.Bytes[builder.head : builder.head + size] = self.data.tobytes()
            data = builder.EndVector()
        schema.BufferStart(builder)
        if self.data is not None:
            schema.BufferAddData(builder, data)
        return schema.BufferEnd(builder)
