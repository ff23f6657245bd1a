"""compress: the smallest file of a trained model within a stated loss, each file proven; a kill loses nothing."""

from __future__ import annotations

import time
from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import Unpack

from search.claiming.lock import study_lock
from search.compressing.answers import Compressed
from search.compressing.asked import ASKED, Asked, Options
from search.compressing.attempts import Bench, require_running
from search.compressing.ladder import next_attempt, said
from search.compressing.opened import measured
from search.compressing.record import Record
from search.compressing.rows import FLOATS, JOURNAL, Bounds, Journal, Row, incomparable, plain_of
from search.compressing.subjects import Subject, find_subject
from search.files import StudyFiles, write_json
from search.watcher import Watcher
from zoo.aside import sweep
from zoo.converter import Converter
from zoo.errors import ZooError

PICTURE = "front.png"


def compress(
    model: str | Path,
    data: str | None = None,
    *,
    root: Path | str = ".",
    watcher: Watcher | None = None,
    **options: Unpack[Options],
) -> Compressed:
    """Try methods and chains of them, cheapest first, on the model of a study, a trial or a bundle; return all files.

    `options` are the fields of `Asked`. Every file is made, proven and measured on validation rows; the smallest that
    holds is measured once on test rows. The same call goes on where an earlier one stopped. Raises ZooError for what
    the user can mend.
    """
    asked, watcher = Asked(**options), watcher or Watcher()
    until = time.monotonic() + asked.budget_s
    with Converter() as converter:
        device = asked.device_of_format
        heard = [watcher.said] if device is None else [watcher.said, partial(require_running, device, converter)]
        subject = find_subject(str(model), data, root, *heard)
        lock = study_lock(subject.folder, instead="compress another model")
        with lock, Record(subject, watcher.said, asked.tracking_uri) as record:
            _note(subject, asked, is_over=False)
            sweep(subject.folder / "files")
            bench = Bench(subject, converter, asked.format, device)
            answer = measured(_tried(subject, asked, bench, record, (watcher, until)), subject, watcher)
            write_json(subject.folder / "report.json", answer.to_json())
            _draw(answer, subject.folder / PICTURE, watcher)
            _note(subject, asked, is_over=answer.is_over)
            record.end(answer)
    _renew_page(subject, watcher)
    return answer


def _note(subject: Subject, asked: Asked, is_over: bool) -> None:
    """Keep what is asked, and whether all of it was tried."""
    known = {"model": subject.name, "validation_rows": len(subject.splits.validation), "over": is_over}
    write_json(subject.folder / ASKED, {**known, **asked.to_json()})


def _renew_page(subject: Subject, watcher: Watcher) -> None:
    """Write the page of a study that has one anew; no page is worth an answer, so what goes wrong is said."""
    if subject.study is None or not StudyFiles(subject.root, subject.study).page.exists():
        return
    try:
        from search.report.reporting import renew_page

        renew_page(StudyFiles(subject.root, subject.study))
    except Exception as error:
        watcher.said(f"the page could not be written: {type(error).__name__}: {' '.join(str(error).split())}")


def _draw(answer: Compressed, path: Path, watcher: Watcher) -> None:
    """Draw the files; no picture is worth an answer, so what goes wrong is said."""
    try:
        from search.compressing.picture import picture
        from search.pictures._png import png

        path.write_bytes(png(picture(answer)))
    except Exception as error:
        watcher.said(f"the picture could not be drawn: {type(error).__name__}: {' '.join(str(error).split())}")


def _tried(subject: Subject, asked: Asked, bench: Bench, record: Record, control: tuple[Watcher, float]) -> Compressed:
    """Try what is left to try until the time is up; return everything but the test."""
    watcher, until = control
    journal = Journal(subject.folder / JOURNAL)
    record.catch_up(journal.rows())
    rows = asked.kept(journal.rows(), subject.root)
    bounds = _bounds(subject, asked, rows)
    is_over = False
    while plain_of(rows) is None or time.monotonic() < until:
        watcher.heed()
        attempt = next_attempt(rows, bounds, asked.precisions, whole=subject.is_own)
        if attempt is None:
            is_over = True
            break
        watcher.stage(f"{said(attempt.steps)}: {', '.join(attempt.precisions)}")
        for row in bench.rows(attempt):
            journal.add([row])
            record.add([row])
            rows = (*rows, row)
            watcher.heed()
        bounds = _bounds(subject, asked, rows)
    folder = subject.folder.relative_to(subject.root).as_posix()
    counts = {"is_over": is_over, "validation_rows": len(subject.splits.validation)}
    return Compressed(subject.name, bounds, _score(rows, subject), asked.max_drop, rows, folder, **counts)


def _bounds(subject: Subject, asked: Asked, rows: tuple[Row, ...]) -> Bounds:
    """Return what files must hold; before the first one is there, nothing is known of the score."""
    score = _score(rows, subject) if plain_of(rows) else 0.0
    return asked.bounds(subject.goal, score)


def _score(rows: Iterable[Row], subject: Subject) -> float:
    """Return the validation score of the model as it is: that of its float32 file."""
    plain = plain_of(rows)
    if plain is None:
        raise ZooError(f"the model as it is was not tried: no {FLOATS} file came of it. Compress it once more.")
    if reason := incomparable(plain, subject.folder, again=plain.lost):
        raise ZooError(reason)
    return plain.validation[subject.goal]
