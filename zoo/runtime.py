"""Starting TensorFlow: quietly, and with the number of threads that a recipe records."""

from __future__ import annotations

import logging
import os
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TextIO
from weakref import finalize


def start(threads: int | None = None) -> None:
    """Import TensorFlow with `threads` threads inside one operation and as many operations side by side.

    None leaves the number as it is. Results repeat bit for bit at one thread count only. Warns when TensorFlow
    already runs with another number.
    """
    os.environ.setdefault("TF_FORCE_GPU_ALLOW_GROWTH", "true")  # workers and their parent share a device
    with native_stderr_closed():
        import tensorflow as tf

        tf.get_logger().setLevel(logging.ERROR)  # it warns of the tracing that every new structure needs
        if threads is not None:
            _set_threads(threads)
        tf.constant(0)  # the device search writes to the terminal too


def _set_threads(threads: int) -> None:
    from tensorflow.config import threading

    try:
        threading.set_intra_op_parallelism_threads(threads)
        threading.set_inter_op_parallelism_threads(threads)
    except RuntimeError:
        running = threading.get_intra_op_parallelism_threads() or "all"
        warnings.warn(f"TensorFlow already runs with {running} threads; the recipe says {threads}.", stacklevel=3)


@contextmanager
def own_stderr() -> Iterator[None]:
    """Give sys.stderr a descriptor of its own: what Python writes is seen while native code is kept off the terminal.

    Needed where TensorFlow starts in one thread while others may write.
    """
    before = sys.stderr
    if not _is_native(before):
        yield
        return
    before.flush()
    own = _second(before)
    sys.stderr = own
    try:
        yield
    finally:
        own.flush()
        if sys.stderr is own:
            sys.stderr = before


def _is_native(file: Any) -> bool:
    try:
        return file.fileno() == 2
    except (AttributeError, OSError, ValueError):  # closed from the start or since, or no file at all, as in a notebook
        return False


def _second(file: TextIO) -> TextIO:
    """Return another file of the same place. Its descriptor lives as long as it: log handlers may have taken it."""
    descriptor = os.dup(file.fileno())
    second = open(descriptor, "w", 1, file.encoding, file.errors, closefd=False)  # noqa: SIM115 the last one closes it
    finalize(second, os.close, descriptor)
    return second


@contextmanager
def native_stderr_closed() -> Iterator[None]:
    """Keep TensorFlow's start-up lines, written past Python, off the terminal."""
    if sys.stderr is None:  # it was closed from the start: descriptor 2 is nobody's, or that of some other file
        yield
        return
    sys.stderr.flush()
    kept, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)
