"""A registry is a folder: names and facts come from source, objects only on request."""

from __future__ import annotations

import sys

import pytest

from zoo.errors import UnknownName, ZooError
from zoo.registry import Registry


@pytest.fixture
def package(tmp_path, monkeypatch):
    folder = tmp_path / "animals"
    folder.mkdir()
    (folder / "__init__.py").write_text("")
    (folder / "_shared.py").write_text("raise RuntimeError")
    (folder / "helper.py").write_text("def no_entry(): ...")
    source = 'from zoo.registry import register\n@register(legs=4)\ndef cat():\n    """Purr.\n\n    Long."""\n'
    (folder / "cat.py").write_text(source)
    monkeypatch.syspath_prepend(tmp_path)
    yield folder
    for name in [name for name in sys.modules if name.split(".")[0] == "animals"]:
        del sys.modules[name]


def test_listing_reads_source_and_imports_nothing(package):
    registry = Registry("animals", "animal")
    assert registry.names() == ("cat",)
    assert registry.entries["cat"].summary == "Purr."
    assert registry.entries["cat"].facts == {"legs": 4}
    assert "animals.cat" not in sys.modules


def test_getting_an_entry_returns_the_marked_object(package):
    assert Registry("animals", "animal").get("cat").__name__ == "cat"


def test_an_unknown_entry_gets_its_nearest_match(package):
    with pytest.raises(UnknownName, match="no animal is named 'cot'; did you mean 'cat'"):
        Registry("animals", "animal").get("cot")


def test_a_file_with_two_entries_is_refused(package):
    (package / "cat.py").write_text((package / "cat.py").read_text() + "\n@register()\ndef dog(): ...\n")
    with pytest.raises(ZooError, match="registers 2 entries"):
        Registry("animals", "animal").names()
