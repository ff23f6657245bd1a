"""A user's file that fails is told of in one line, with the line of the file where it did."""

from __future__ import annotations

from pathlib import Path

import pytest

from zoo.errors import BadData
from zoo.own.files import content_of, module_of


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("import nowhere_at_all\n", "ModuleNotFoundError: No module named 'nowhere_at_all', line 1"),
        ("\nx = 1 / 0\n", "ZeroDivisionError: division by zero, line 2"),
        ("x = 1\n\nraise SystemExit('enough')\n", "SystemExit: enough, line 3"),
        ("def broken(:\n    pass\n", "line 1"),
    ],
)
def test_what_running_it_raises_is_one_line_with_the_file_s_line(text, told, tmp_path):
    path = tmp_path / "mine.py"
    path.write_text(text)
    with pytest.raises(BadData) as caught:
        module_of(path, path.read_bytes())
    assert told in str(caught.value)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_file_that_is_not_there_is_named_with_the_cure():
    with pytest.raises(BadData, match="nowhere.py cannot be read .* put it back."):
        content_of(Path("nowhere.py"), "put it back.")
