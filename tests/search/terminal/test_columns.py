"""Columns and lines on stdout."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from rich.console import Console

from search.terminal.columns import WIDEST, columns, root_option, say, show, stdout


def console(width=40):
    return Console(file=io.StringIO(), width=width, highlight=False)


def test_no_row_ends_in_spaces_and_numbers_are_flush_right():
    out, table = console(), columns("#", "builder", right=(0,))
    table.add_row("7", "mlp")
    table.add_row("12", "cnn")
    show(out, table)
    assert out.file.getvalue().splitlines() == [" #  builder", " 7  mlp", "12  cnn"]


def test_only_the_column_that_may_wrap_does():
    out, table = console(30), columns("builder", "values")
    table.add_row("resnet", "units 64, dropout 0.25, depth 3, rate 0.001")
    show(out, table)
    _, first, *others = out.file.getvalue().splitlines()
    assert first.startswith("resnet   units 64") and others and not any("resnet" in line for line in others)


def test_lines_are_said_as_they_are():
    out = console(10)
    say(out, "[red]a line that is longer than the terminal[/red]")
    assert out.file.getvalue() == "[red]a line that is longer than the terminal[/red]\n"


def test_in_a_pipe_rows_are_as_long_as_they_need_to_be():
    assert stdout().width == WIDEST


@pytest.mark.parametrize(("root", "words"), [(Path(), ""), (Path("a b"), " --root 'a b'")])
def test_a_root_elsewhere_is_named(root, words):
    assert root_option(root) == words


@pytest.mark.parametrize("width", [20, 60, 200])
def test_words_make_room_for_numbers_and_numbers_for_nothing(width):
    out, table = console(width), columns("", "precision", "bytes", "why", right=(2,), wraps="why")
    table.add_row(">", "int4", "1,234,567", "proof FAILED: only 12 of 100 labels agree, 98 % are asked for")
    table.add_row("", "float32", "12", "")
    show(out, table)
    first, *_, last = out.file.getvalue().splitlines()[1:]
    assert first.startswith(">  int4       1,234,567  proof FAILED")
    assert last.split() == ["float32", "12"]
    assert max(map(len, out.file.getvalue().splitlines())) <= max(width, 52)


@pytest.mark.parametrize("text", ["tensor [serving_default] has no type", "[/tmp/x] is full"])
def test_no_text_is_taken_for_markup(text):
    out, table = console(80), columns("format", "why", wraps="why")
    table.add_row("tflite", text)
    show(out, table)
    assert out.file.getvalue().splitlines()[1] == f"tflite  {text}"
