"""Compressions on disk that were never run, for tests of what is read of them."""

from __future__ import annotations

import search
from search.compressing.asked import ASKED, Asked
from search.compressing.rows import JOURNAL, Journal
from search.files import StudyFiles, write_json

from .files import ROWS

SLOT = 9


def of_a_study(root):
    """Leave a study that has been set up, without any trial, and return its files."""
    files = StudyFiles(root, "digits")
    files.make()
    asked = search.Settings("digits", trials=8).asked()
    known = {"goal": "accuracy", "experiment": "e", "threads": 1, "asked": asked}
    write_json(files.fingerprint, {**known, "space": {"train": {"epochs": {"values": [30]}}}})
    return files


def left(files, rows=ROWS, *, slot=SLOT, over=False, asked=None):
    """Leave a compression with the bundles of `rows`, by default one that was killed; return its folder."""
    folder = files.compressed / f"{slot:04d}-1e89aeb2"
    folder.mkdir(parents=True)
    Journal(folder / JOURNAL).add(rows)
    for row in rows:
        if row.path is not None:
            write_json(_made(files.root / row.path) / "bundle.json", {})
    known = {"model": "digits", "validation_rows": 359, "over": over}
    write_json(folder / ASKED, {**known, **(asked or Asked()).to_json()})
    return folder


def _made(folder):
    folder.mkdir(parents=True, exist_ok=True)
    return folder
