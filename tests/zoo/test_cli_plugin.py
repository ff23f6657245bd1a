"""`zoo test-plugin` prints a table of checks, and parts of a user's own are listed and shown on the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from zoo.own.parts import forget_plugins

PLUGINS = Path(__file__).parents[1] / "plugins"
RELU = PLUGINS / "squared_relu.py"


@pytest.fixture(autouse=True)
def nothing_known():
    forget_plugins()
    yield
    forget_plugins()


def test_list_and_show_know_the_part_and_say_whose_it_is(zoo_command):
    listed = zoo_command("list", "activation", "--plugin", RELU)
    assert f"(yours: {RELU})" in listed.out
    shown = json.loads(zoo_command("show", "squared_relu", "--plugin", RELU, "--json").out)
    assert (shown["kind"], shown["facts"]["file"]) == ("activation", str(RELU))


def test_without_the_file_the_name_is_unknown(zoo_command):
    assert zoo_command("show", "squared_relu").code == 2


@pytest.mark.parametrize("command", [("list",), ("show", "mlp"), ("run", "recipe.json"), ("tune", "wine")])
def test_a_file_that_is_no_part_is_one_line(command, zoo_command, tmp_path):
    (tmp_path / "mine.py").write_text("def mine(:\n")
    said = zoo_command(*command, "--plugin", "mine.py")
    assert said.code == 2
    assert "mine.py, line 1" in said.err.splitlines()[-1]


def test_a_part_that_fails_its_file_is_told_in_a_table_and_by_the_exit_code(zoo_command, tmp_path):
    (tmp_path / "mine.py").write_text(
        'print("mine")\nimport nowhere\nfrom zoo import register\n@register("activation")\ndef mine(x): ...\n'
    )
    said = zoo_command("test-plugin", "mine.py")
    assert said.code == 1
    assert "FAIL" in said.out
    assert "1 of 1 checks failed" in said.out
    answer = json.loads(zoo_command("test-plugin", "mine.py", "--json").out)
    assert answer["passed"] is False
    assert "line 2" in answer["checks"][0]["reason"]


@pytest.mark.slow
def test_the_example_passes_every_check(zoo_command):
    said = zoo_command("test-plugin", RELU, "--json")
    assert said.code == 0
    answer = json.loads(said.out)
    assert answer["plugin"]["name"] == "squared_relu"
    assert [check for check in answer["checks"] if not check["passed"]] == []
