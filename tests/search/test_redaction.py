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
        ("cannot open file:///home/john/secret/x.csv now", "cannot open x.csv now"),
        ("cannot open //server/share/x.csv now", "cannot open x.csv now"),
        (r"cannot open \\server\share\x.csv now", "cannot open x.csv now"),
        ("cannot read '/home/john doe/secret data/x.csv': gone", "cannot read 'x.csv': gone"),
        ('cannot read "/home/o\'brien/x y.csv": gone', 'cannot read "x y.csv": gone'),
        (r"cannot read 'C:\Users\john doe\x.csv': gone", "cannot read 'x.csv': gone"),
        ("reading:/home/john/x.csv and ~john/y.csv", "reading:x.csv and y.csv"),
        ("cannot open C:/Users/john/x.csv", "cannot open x.csv"),
        ("see https://example.org/a/b or localhost:80/x", "see https://example.org/a/b or localhost:80/x"),
        ("/home/somebody/work", "."),
    ],
)
def test_paths_become_relative_or_names(text, shown):
    assert portable(text, ROOT) == shown


def test_a_home_folder_with_blanks_is_replaced_as_it_is(monkeypatch):
    monkeypatch.setenv("HOME", "/home/john doe")
    assert portable("lost /home/john doe/secret/x.csv in /home/john doe", ROOT) == "lost x.csv in ~"


def test_texts_are_found_at_any_depth():
    values = {"data": {"path": "/mnt/secret/x.csv", "rows": 3}, "plugins": [["/mnt/secret/y.py", None]]}
    assert portable(values, ROOT) == {"data": {"path": "x.csv", "rows": 3}, "plugins": [["y.py", None]]}
