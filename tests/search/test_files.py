"""Where a study keeps what it leaves, and how those files are written."""

from __future__ import annotations

import json

import pytest

from search.files import LONGEST_NAME, StudyFiles, read_json, studies, write_json
from search.fingerprint import ID_LENGTH
from search.record.spool import spool_path
from search.settings import MOST_TRIALS
from zoo.errors import BadData, BadValue, ZooError


@pytest.mark.parametrize(
    "name", ["", ".", "..", "../wine", "a/b", "a b", "-wine", "wine\n", "wine*", "w" * 161, "机" * 70]
)
def test_a_name_that_is_no_plain_folder_is_refused_with_one_that_is(tmp_path, name):
    with pytest.raises(BadValue, match="Try --study ") as caught:
        StudyFiles(tmp_path, name)
    cure = str(caught.value).rpartition(" ")[2].removesuffix(".")
    assert StudyFiles(tmp_path, cure).folder.parent == tmp_path / "mlruns" / "studies"


@pytest.mark.parametrize("name", ["w" * LONGEST_NAME, "机" * 53])
def test_the_longest_names_leave_room_for_the_key_of_any_run(tmp_path, name):
    files = StudyFiles(tmp_path, name)
    files.make()
    key = f"{name}-{MOST_TRIALS}-99-{'f' * ID_LENGTH}"
    assert spool_path(tmp_path, key).parent == files.spool
    files.trial(0).mkdir()


def test_the_paths_are_those_of_the_interface_and_naming_them_makes_none(tmp_path):
    files = StudyFiles(tmp_path, "digits")
    wanted = {
        files.fingerprint: "studies/digits/study.json",
        files.trial(12): "studies/digits/trials/0012",
        files.champion: "studies/digits/champion",
        files.report: "studies/digits/champion/report.json",
        files.exports: "studies/digits/exports",
        files.spool: "spool",
    }
    assert {path: path.relative_to(tmp_path / "mlruns").as_posix() for path in wanted} == wanted
    assert not list(tmp_path.iterdir())


def test_a_path_below_the_root_is_said_as_the_user_would_type_it(tmp_path):
    files = StudyFiles(tmp_path / "root", "digits")
    assert files.relative(files.trial(3)) == "mlruns/studies/digits/trials/0003"
    assert files.relative(tmp_path / "elsewhere") == str(tmp_path / "elsewhere")


def test_what_a_study_leaves_is_kept_out_of_the_users_repository_but_their_own_rules_stay(tmp_path):
    files = StudyFiles(tmp_path, "digits")
    files.make()
    assert (files.mlruns / ".gitignore").read_text() == "*\n!.gitignore\n"
    (files.mlruns / ".gitignore").write_text("mine\n")
    files.make()
    assert (files.mlruns / ".gitignore").read_text() == "mine\n"


def test_a_root_that_takes_no_folders_is_one_line_with_a_cure(tmp_path):
    (tmp_path / "mlruns").write_text("a file")
    with pytest.raises(ZooError, match="cannot be written .*--root"):
        StudyFiles(tmp_path, "digits").make()


def test_studies_are_those_that_were_set_up(tmp_path):
    for name in ("two", "one", "empty"):
        StudyFiles(tmp_path, name).make()
    for name in ("two", "one"):
        write_json(StudyFiles(tmp_path, name).fingerprint, {})
    assert studies(tmp_path) == ["one", "two"]
    assert studies(tmp_path / "nowhere") == []


def test_json_is_replaced_whole_and_leaves_nothing_aside(tmp_path):
    path = tmp_path / "a.json"
    write_json(path, {"old": 1})
    with path.open() as reader:
        write_json(path, {"new": [1, 2]})
        assert json.load(reader) == {"old": 1}
    assert read_json(path) == {"new": [1, 2]}
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe", None])
def test_json_that_cannot_be_read_is_bad_data_naming_the_file(tmp_path, content):
    path = tmp_path / "study.json"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(BadData, match=r"study\.json cannot be read"):
        read_json(path)
