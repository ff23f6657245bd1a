"""The answer that a study keeps in its champion's folder, read again wherever its root lies by now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from search.files import StudyFiles, read_json
from search.record.addresses import local_uri
from search.result import StudyResult
from zoo.errors import BadData


def read_answer(files: StudyFiles) -> StudyResult:
    """Return the answer in a study's report.json; raise BadData, naming the file, when there is none in it.

    The record below a root lies where the root lies, whatever was true when the file was written.
    """
    values = read_json(files.report)
    try:
        answer = StudyResult.from_json(values)
    except BadData as error:
        raise BadData(f"{files.report} is {error} Run the same `zoo tune` again; it writes a new one.") from error
    return replace(answer, tracking=_tracked(files.root, answer.tracking))


def _tracked(root: Path, tracking: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    if tracking and str(tracking.get("uri")).startswith("sqlite:"):
        return {**tracking, "uri": local_uri(root)}
    return tracking
