"""Rows of a compression that was never run, for tests of what is said and drawn of them."""

from __future__ import annotations

from search.aims import read_limits
from search.compressing.answers import Compressed
from search.compressing.rows import Bounds, Row

HALF = ({"method": "channels", "share": 0.5},)
PASSED, FAILED = {"passed": True, "reasons": []}, {"passed": False, "reasons": ["accuracy drops"]}


def file(size, accuracy, precision, steps=(), proof=PASSED, **known):
    """Return the row of a file that was measured."""
    known = {"gzip_bytes": size // 2, "ram": 4 * size, "latency": size / 1e5, "macs": 2 * size, **known}
    known["path"] = f"mlruns/compressed/digits/files/{size}"
    return Row(steps, precision, bytes=size, validation={"accuracy": accuracy}, proof=proof, **known)


ROWS = (
    file(9000, 0.98, "float32"),
    file(3000, 0.975, "int8", ram=2000),
    file(2000, 0.974, "int4"),
    file(1500, 0.972, "int8", HALF, ram=1000),
    file(1000, 0.971, "int4", HALF),
    file(900, 0.98, "mixed", HALF, proof=FAILED),
    file(800, 0.9, "int4", (*HALF, {"method": "low_rank"})),
    Row((), "int16x8", skipped="no kernels. Take int8."),
)


def answer(*limits, rows=ROWS):
    """Return a compression that tried `rows`."""
    bounds = Bounds("accuracy", 0.97, read_limits(limits))
    return Compressed("digits", bounds, 0.98, 0.01, rows, "mlruns/compressed/digits", True)
