"""A user's file is run as it was when its recipe was made, and not otherwise."""

from __future__ import annotations

import sys

import pytest

from zoo.errors import BadData, BadValue, UnknownName
from zoo.hypermodels.plugins import Plugin, parts_of, plugin_in, plugin_of


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "mine.py"
    path.write_text(
        "import beside_mine\nRUNS = beside_mine.RUNS\nRUNS.append(1)\ndef build(hp):\n    return len(RUNS)\n"
    )
    (tmp_path / "beside_mine.py").write_text("RUNS = []\n")
    yield path
    sys.modules.pop("beside_mine", None)


def test_a_function_of_a_file_is_found_and_its_file_run_once(file):
    plugin = plugin_of(f"{file}:build")
    assert [plugin.load()(None), plugin.load()(None)] == [1, 1]


def test_a_class_of_an_installed_module_is_hashed_by_the_file_that_defines_it(tmp_path):
    plugin = plugin_of("json:JSONDecoder")
    assert plugin.load().__name__ == "JSONDecoder"
    assert plugin.sha256 != plugin_of("json:loads").sha256


def test_a_file_that_has_changed_is_refused(file):
    plugin = plugin_of(f"{file}:build")
    file.write_text(file.read_text() + "# changed\n")
    with pytest.raises(BadData, match="mine.py has changed: its hash was .* Restore it"):
        plugin.load()


def test_two_contents_of_one_file_are_two_modules(file):
    before = plugin_of(f"{file}:build").load()
    file.write_text("def build(hp):\n    return 'new'\n")
    assert (plugin_of(f"{file}:build").load()(None), before(None)) == ("new", 1)


def test_a_plugin_is_stored_and_read_again(file):
    plugin = plugin_of(f"{file}:build")
    assert plugin_in(plugin.to_json()) == plugin
    with pytest.raises(BadValue, match="not a plugin"):
        plugin_in({"path": "x.py"})


@pytest.mark.parametrize("text", ["mine.py", "mine.py:", ":build", "mine.py:build me", None, 3])
def test_another_form_is_refused(text):
    with pytest.raises(BadValue, match=r"it must look like FILE.py:NAME"):
        parts_of(text)


@pytest.mark.parametrize(
    "content, name, error, text",
    [
        (None, "build", BadData, "gone.py cannot be read"),
        ("def build(hp): pass", "bild", UnknownName, "did you mean 'build'"),
        ("def build(hp) pass", "build", BadData, "cannot be imported .SyntaxError: .*line 1"),
        ("import not_installed_here", "build", BadData, "No module named 'not_installed_here'"),
        ("raise SystemExit(3)", "build", BadData, "cannot be imported .SystemExit: 3"),
        ("1 / 0", "build", BadData, "ZeroDivisionError: division by zero"),
    ],
)
def test_a_file_without_the_function_says_what_is_wrong(tmp_path, content, name, error, text):
    path = tmp_path / "gone.py"
    if content is not None:
        path.write_text(content)
    with pytest.raises(error, match=text):
        plugin_of(f"{path}:{name}").load()


def test_a_module_that_is_not_installed_is_named():
    with pytest.raises(BadData, match="nowhere cannot be imported"):
        plugin_of("nowhere:Build")


def test_a_hash_is_of_the_content_alone(file, tmp_path):
    copy = tmp_path / "copy.py"
    copy.write_bytes(file.read_bytes())
    assert plugin_of(f"{file}:build").sha256 == plugin_of(f"{copy}:build").sha256
    assert Plugin("a.py", "b", "c").to_json() == {"path": "a.py", "name": "b", "sha256": "c"}
