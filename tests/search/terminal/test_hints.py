"""After `zoo predict app` stands what the model takes."""

from __future__ import annotations

import json

import pytest

from search.terminal.hints import rows_for, rows_for_any


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        ({"modality": "table", "dtype": "float32", "columns": ["age"]}, "ROWS.csv"),
        ({"modality": "image", "dtype": "uint8", "columns": []}, "IMAGES/"),
        ({"modality": "image", "dtype": "float32", "columns": ["pixel"]}, "ROWS.csv"),
        ({"modality": "audio", "dtype": "float32", "columns": []}, "SOUNDS/"),
        ({"modality": "text", "dtype": "int32", "columns": []}, "TEXTS.txt"),
        ({"modality": "text", "dtype": "int32", "columns": ["words"]}, "ROWS.csv"),
        ({"modality": "series", "dtype": "float32", "columns": []}, "ROWS.csv"),
        ({"schema": 1}, "ROWS.csv"),
    ],
)
def test_rows_are_of_the_kind_that_the_model_takes(known, expected, tmp_path):
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "preparation.json").write_text(json.dumps(known))
    assert rows_for(tmp_path / "app") == expected
    assert rows_for_any([{"path": None}, {"path": "app"}], tmp_path) == expected


@pytest.mark.parametrize("text", [None, "", "[]", "{"])
def test_where_a_bundle_cannot_be_read_rows_are_a_table(text, tmp_path):
    if text is not None:
        (tmp_path / "preparation.json").write_text(text)
    assert rows_for(tmp_path) == "ROWS.csv"
    assert rows_for_any([{"path": None}], tmp_path) == "ROWS.csv"
