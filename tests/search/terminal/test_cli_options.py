"""Options that several commands of studies take."""

from __future__ import annotations

from pathlib import Path

import pytest

from search.record.addresses import remembered
from search.record.spool import Spool
from search.record.spooled import unsent

SERVER = "http://127.0.0.1:9"  # nobody listens there: the port is that of a service called discard
COMMANDS = {
    "tune": ("wine",),
    "worker": ("wine",),
    "compress": ("wine",),
    "delete": ("wine", "--confirm", "wine"),
    "ui": (),
}


@pytest.mark.parametrize("command", COMMANDS)
def test_an_address_with_a_password_is_refused_before_anything_is_made(
    command: str, zoo_command, tmp_path: Path
) -> None:
    said = zoo_command(command, *COMMANDS[command], "--tracking-uri", "http://ann:secret@host")
    assert (said.code, said.out, list(tmp_path.iterdir())) == (2, "", [])
    assert "holds a user or password" in said.err
    assert "secret" not in said.err


def test_the_page_of_a_server_is_told_by_its_address_also_while_it_is_away(zoo_command, tmp_path: Path) -> None:
    with Spool(tmp_path, "digits") as spool:
        spool.start("digits/accuracy", "digits")
        spool.end("FINISHED")
    first = zoo_command("ui", "--tracking-uri", SERVER)
    second = zoo_command("ui")
    assert (first.code, first.out) == (second.code, second.out) == (0, f"open {SERVER}/\n")
    assert f"the record goes to {SERVER}\n" in first.err
    assert f"the record goes to {SERVER}, as mlruns/tracking.json says; --tracking-uri local ends that" in second.err
    assert f"{SERVER} cannot be reached" in first.err
    assert unsent(tmp_path) == (spool.path,)
    assert remembered(tmp_path) == SERVER


def test_a_folder_without_a_record_remembers_nothing(zoo_command, tmp_path: Path) -> None:
    for command in ("worker", "ui"):
        said = zoo_command(command, *COMMANDS[command], "--tracking-uri", SERVER)
        assert said.code == 2
    assert list(tmp_path.iterdir()) == []
