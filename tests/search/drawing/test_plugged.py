"""Parts of a user's own in a study's plan: known, run once, recorded by their hash, and told of when nothing asks."""

from __future__ import annotations

from pathlib import Path

import pytest

from search.files import StudyFiles, write_json
from search.planning import make_plan
from search.settings import Settings
from search.standing import command
from search.watcher import Watcher
from zoo.errors import BadData, BadValue, UnknownName
from zoo.own.parts import forget_plugins, use_plugin

PLUGINS = Path(__file__).parents[2] / "plugins"
RELU, GATED = str(PLUGINS / "squared_relu.py"), str(PLUGINS / "gated.py")
ASKED = {"narrowed": {"model.activation": "relu,squared_relu"}}


@pytest.fixture(autouse=True)
def nothing_known():
    forget_plugins()
    yield
    forget_plugins()


class Heard(Watcher):
    def __init__(self) -> None:
        self.notes = []

    def said(self, text):
        self.notes.append(text)


def plan(root, watcher=None, **options):
    return make_plan(Settings("wine", root=root, builders=("mlp",), **options), watcher or Watcher())


def test_a_study_is_known_by_the_hashes_of_its_parts_and_not_by_where_they_lie(tmp_path):
    copy = tmp_path / "copy.py"
    copy.write_bytes(Path(RELU).read_bytes())
    first = plan(tmp_path, plugins=(RELU,), **ASKED)
    forget_plugins()
    second = plan(tmp_path, plugins=str(copy), **ASKED)
    assert list(first.fingerprint()["plugins"]) == ["activation.squared_relu"]
    assert first.fingerprint()["plugins"] == second.fingerprint()["plugins"]
    assert second.fingerprint()["asked"]["plugins"] == [str(copy)]
    assert first.space.builders["mlp"]["activation"].domain.points() == ("relu", "squared_relu")


def test_a_study_without_parts_has_the_fingerprint_that_it_always_had(tmp_path):
    assert "plugins" not in plan(tmp_path).fingerprint()


def test_a_name_of_a_part_that_is_not_given_is_unknown(tmp_path):
    with pytest.raises(BadValue, match="squared_relu"):
        plan(tmp_path, **ASKED)
    with pytest.raises(UnknownName, match="gated"):
        make_plan(Settings("wine", root=tmp_path, builders="gated"), Watcher())


def test_a_part_that_python_knows_already_is_recorded_where_it_is_used(tmp_path):
    use_plugin(RELU)
    assert plan(tmp_path).settings.plugins == ()
    assert plan(tmp_path, **ASKED).settings.plugins == (RELU,)


def test_a_part_that_nothing_asks_for_is_told_with_what_would(tmp_path):
    watcher = Heard()
    plan(tmp_path, watcher, plugins=(RELU, GATED), **ASKED)
    assert [note for note in watcher.notes if "no trial has" in note] == [
        f"no trial has the builder gated of {GATED}. Try --builder gated"
    ]


def test_a_file_that_cannot_be_used_is_refused_before_the_data_is_read(tmp_path):
    with pytest.raises(BadData, match="nowhere.py cannot be read"):
        make_plan(Settings("no such data", root=tmp_path, plugins=("nowhere.py",)), Watcher())


def test_a_file_that_fails_when_it_runs_is_refused_by_the_plan(tmp_path):
    path = tmp_path / "my_part.py"
    path.write_text('import nowhere_at_all\nfrom zoo import register\n@register("activation")\ndef mine(x): ...\n')
    with pytest.raises(BadData, match="No module named 'nowhere_at_all', line 1"):
        plan(tmp_path, plugins=(str(path),))


def test_the_command_that_goes_on_with_a_study_names_its_files(tmp_path):
    files = StudyFiles(tmp_path, "wine")
    files.make()
    write_json(files.fingerprint, plan(tmp_path, plugins=(RELU,), **ASKED).fingerprint())
    assert f"--plugin {RELU} " in command("wine", tmp_path)
