"""A root remembers the server that its record goes to; an address never brings a password along."""

from __future__ import annotations

from pathlib import Path

import pytest

from search.record.addresses import LOCAL, checked, hidden, remembered, track
from search.record.spool import Spool, lock, sent_path, spool_folder
from search.record.spooled import retire, unsent
from zoo.errors import BadData, BadValue

SERVER = "http://127.0.0.1:5000"


@pytest.fixture
def mlruns(tmp_path: Path) -> Path:
    folder = tmp_path / "mlruns"
    folder.mkdir()
    return folder


@pytest.mark.parametrize("given", [SERVER, f" {SERVER}/ ", "https://mlflow.example.org/team", LOCAL])
def test_addresses_of_servers_are_kept_as_given(given: str) -> None:
    assert checked(given) == given.strip().rstrip("/")


@pytest.mark.parametrize(
    "given",
    [
        "http://ann:secret@host:5000",
        "https://secret@host",
        "ann:secret@host:5000",
        "//ann:secret@host",
        "http://ann:secret@host:port",
        "http://host?token=secret",
        "http://host/#secret",
        "http://host:5000\n@secret",
    ],
)
def test_addresses_with_secrets_are_refused_and_not_repeated(given: str) -> None:
    with pytest.raises(BadValue) as refused:
        checked(given)
    assert "secret" not in str(refused.value)


def test_who_gives_a_password_is_told_where_it_belongs() -> None:
    with pytest.raises(BadValue, match="of host holds a user or password.* set MLFLOW_TRACKING_USERNAME"):
        checked("http://ann:secret@host:5000")
    with pytest.raises(BadValue, match=r"Try --tracking-uri http://host:5000\.$"):
        checked("http://host:5000/#/experiments/1")


@pytest.mark.parametrize(
    "given", ["sqlite:///a.db", "databricks", "file:///tmp", "", "http://", "http://a:b", "http://a b"]
)
def test_what_is_no_server_is_refused_with_the_cure(given: str) -> None:
    with pytest.raises(BadValue, match="Try --tracking-uri http://127.0.0.1:5000, or local"):
        checked(given)


def test_the_environment_alone_sends_nothing_anywhere(mlruns: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://elsewhere.example.org")
    said = []
    assert track(mlruns.parent, None, said.append) is None
    assert (said, list(mlruns.iterdir())) == ([], [])


def test_a_server_is_remembered_and_said_each_time_until_it_is_given_up(mlruns: Path) -> None:
    root, said = mlruns.parent, []
    assert track(root, SERVER, said.append) == SERVER
    assert track(root, None, said.append) == SERVER == remembered(root)
    assert track(root, SERVER, said.append) == SERVER
    assert track(root, LOCAL, said.append) is None
    assert track(root, LOCAL, said.append) is None
    assert said[0] == f"the record goes to {SERVER}"
    assert (
        said[1]
        == said[2]
        == f"the record goes to {SERVER}, as mlruns/tracking.json says; --tracking-uri local ends that"
    )
    assert said[3:] == ["the record stays below mlruns"]
    assert not (mlruns / "tracking.json").exists()


def test_another_place_gets_what_went_elsewhere_and_the_same_place_gets_nothing_twice(mlruns: Path) -> None:
    root, said = mlruns.parent, []
    with Spool(root, "digits") as spool:
        spool.start("digits/accuracy", "digits")
        spool.end("FINISHED")
    assert retire(spool.path, 2)
    track(root, SERVER, said.append)
    assert unsent(root) == (spool.path,)
    assert said == [f"the record goes to {SERVER}; what went elsewhere goes there too (runs: 1)"]
    assert retire(spool.path, 2)
    track(root, SERVER)
    assert sent_path(spool.path).exists()


def test_the_place_is_not_changed_while_somebody_ships(mlruns: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("search.record.addresses._LOCK_S", 0.0)
    spool_folder(mlruns.parent).mkdir()
    with (spool_folder(mlruns.parent) / "ship.lock").open("ab") as file:
        assert lock(file.fileno())
        with pytest.raises(BadValue, match="another process is shipping"):
            track(mlruns.parent, SERVER)
    assert remembered(mlruns.parent) is None


@pytest.mark.parametrize("text", ["{", "[]", '{"address": 1}', '{"address": "http://ann:secret@host"}'])
def test_a_damaged_memory_is_said_and_mended_by_a_new_address(mlruns: Path, text: str) -> None:
    (mlruns / "tracking.json").write_text(text)
    with pytest.raises((BadData, BadValue)) as refused:
        track(mlruns.parent, None)
    assert "secret" not in str(refused.value)
    assert track(mlruns.parent, SERVER) == SERVER


def test_what_is_said_hides_what_the_environment_and_addresses_keep_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_PASSWORD", "hunter2")
    monkeypatch.setenv("MLFLOW_TRACKING_TOKEN", "")
    text = "proxy http://ann:pass@proxy:80 refused hunter2, see http://host/a@b"
    assert hidden(text) == "proxy http://***@proxy:80 refused ***, see http://host/a@b"
