"""What tests of a study's record share."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote, urlparse

from search.files import StudyFiles, write_json

ID = "0123456789ab"


def artifact(run, name: str) -> Path:
    return Path(unquote(urlparse(run.info.artifact_uri).path), name)


def begun(root: Path, study: str) -> StudyFiles:
    """Return the files of a study that has its id."""
    files = StudyFiles(root, study)
    files.make()
    write_json(files.fingerprint, {"id": ID})
    return files
