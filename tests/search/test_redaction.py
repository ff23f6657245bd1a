"""Nothing of this machine is shown to others."""

from __future__ import annotations

from pathlib import Path

import pytest

from search.redaction import portable

ROOT = Path("/home/somebody/work")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("/home/somebody/work/mlruns/studies/s", "mlruns/studies/s"),
        ("/home/somebody/data/my churn.csv", "my churn.csv"),
        ("zoo tune /home/somebody/data/churn.csv --target churn", "zoo tune churn.csv --target churn"),
        ("cannot read '/mnt/secret/x.npz': gone", "cannot read 'x.npz': gone"),
        ("~/private/x.csv is gone", "x.csv is gone"),
        (r"cannot read C:\Users\somebody\x.npz", "cannot read x.npz"),
        ("train/log_loss and 1/2 and data/rows.csv", "train/log_loss and 1/2 and data/rows.csv"),
        ("stopped at epoch 3", "stopped at epoch 3"),
    ],
)
def test_paths_become_relative_or_names(text, shown):
    assert portable(text, ROOT) == shown


def test_texts_are_found_at_any_depth():
    values = {"data": {"path": "/mnt/secret/x.csv", "rows": 3}, "plugins": [["/mnt/secret/y.py", None]]}
    assert portable(values, ROOT) == {"data": {"path": "x.csv", "rows": 3}, "plugins": [["y.py", None]]}
