"""The child's answers: why there is no file, and whether a disk is at fault."""

from __future__ import annotations

import errno

import pytest

from zoo.errors import Unsupported
from zoo.formats import _convert

ORDER = {"job": "job", "format": "saved_model", "precision": "float32", "path": "model", "options": {}}


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (OSError(errno.EACCES, "Permission denied"), errno.EACCES),
        (RuntimeError("{{node save/SaveV2}} model/1/variables; No space left on device"), errno.ENOSPC),
        (OSError(errno.ENOENT, "No such file"), None),
        (Unsupported("LiteRT has no operator for Erfinv."), None),
    ],
    ids=["not allowed", "full, in TensorFlow's words", "another", "a model's"],
)
def test_a_disk_at_fault_is_told_by_its_number(error, expected, monkeypatch):
    class Failing:
        @staticmethod
        def write(*_args, **_options):
            raise error

    monkeypatch.setattr(_convert, "read_job", lambda job: (None, None))
    monkeypatch.setattr(_convert.FORMATS, "get", lambda name: Failing)
    reason, number = _convert.answer(ORDER)
    assert number == expected
    assert "\n" not in reason
