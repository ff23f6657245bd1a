"""What tests of commands on bundles share: the line of a mistake, and a bundle that is changed."""

from __future__ import annotations

import json


def mistake(said):
    assert said.code == 2
    assert said.out == ""
    line = said.err.splitlines()[-1]
    assert line.startswith("zoo: ")
    assert "Traceback" not in said.err
    return line


def changed(folder, name, **changes):
    """Change keys of a JSON file of a bundle, and its hash in the manifest."""
    from zoo.manifest import file_hash

    (folder / name).write_text(json.dumps({**json.loads((folder / name).read_text()), **changes}))
    manifest = json.loads((folder / "bundle.json").read_text())
    manifest["files"][name] = file_hash(folder / name)
    (folder / "bundle.json").write_text(json.dumps(manifest))
