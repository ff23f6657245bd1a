"""A disk that fills while a compression writes is one line, and what was measured stays; then the same call goes on."""

from __future__ import annotations

import pytest

import search
from search.compressing.rows import Journal
from search.watcher import Watcher
from zoo.bundle import load

from ...disks import full_beyond


class Twice(Watcher):
    """Asks for the end when a second attempt begins."""

    begun = 0

    def stage(self, text):
        self.begun += 1
        self.stop_asked = self.begun > 1


@pytest.fixture(scope="module")
def begun(study, tmp_path_factory):
    """A root with the files of a model as it is, and the bundle that they were made from."""
    root, exports = tmp_path_factory.mktemp("full"), study.root / "mlruns" / "studies" / "wine" / "exports"
    found = search.compress(exports / "keras_file-float32", max_drop=0.03, budget_s=1e-3, root=root)
    return root, exports / "keras_file-float32", root / found.folder


@pytest.mark.slow
@pytest.mark.parametrize(
    ("room", "place"),
    [(1_000, "/models/"), (40_000, "/zoo-converter-")],
    ids=["of smaller models", "of temporary files"],
)
def test_a_full_disk_is_one_line_that_names_the_place_and_keeps_every_row(room, place, begun, zoo_command):
    root, bundle, folder = begun
    before = (folder / "files.jsonl").read_bytes()
    with full_beyond(room):
        said = zoo_command("compress", bundle, "--root", root, "--max-drop", "3%", "--json")
    line = said.err.splitlines()[-1]
    assert (said.code, said.out) == (2, "")
    assert line.startswith("zoo: ")
    assert place in line
    assert "File too large. M" in line  # Make room, or Mend that
    assert "Traceback" not in said.err
    assert (folder / "files.jsonl").read_bytes() == before
    assert not [path for path in folder.rglob(".*") if path.suffix in (".part", ".old")]


@pytest.mark.slow
def test_the_same_call_goes_on_once_there_is_room(begun):
    root, bundle, folder = begun
    before = Journal(folder / "files.jsonl").rows()
    with pytest.raises(KeyboardInterrupt):
        search.compress(bundle, max_drop=0.03, root=root, watcher=Twice())
    rows = Journal(folder / "files.jsonl").rows()
    assert rows[: len(before)] == before
    assert len(rows) > len(before)
    assert all(load(root / row.path).sha256 == row.sha256 for row in rows if row.path)
