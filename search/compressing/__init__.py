"""compress: the smallest file of a trained model within a stated loss, each file proven; a kill loses nothing."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TypedDict, Unpack

from search.aims import FORMAT, read_limits
from search.claiming.lock import study_lock
from search.compressing.answers import Compressed
from search.compressing.attempts import Bench, require_running
from search.compressing.ladder import next_attempt, said
from search.compressing.opened import measured
from search.compressing.record import Record
from search.compressing.rows import FLOATS, Bounds, Journal, Row, floor_of
from search.compressing.subjects import Subject, find_subject
from search.files import write_json
from search.record.addresses import checked
from search.watcher import Watcher
from zoo import manifest
from zoo.aside import sweep
from zoo.converter import Converter
from zoo.devices import device_named, format_for
from zoo.errors import BadValue, ZooError
from zoo.formats import precisions_of

PICTURE = "front.png"


@dataclass(frozen=True)
class Asked:
    """What is asked of a compression.

    `max_drop` is what the score may lose, as `search.compressing.rows.floor_of` says; `limit` are texts such as
    `bytes=20kB`; with a `device` only files are made that run there; after `budget_s` seconds nothing more is begun;
    `tracking_uri` is the MLflow server that the root's record goes to from now on, or `local`.
    """

    max_drop: float = 0.01
    limit: tuple[str, ...] = ()
    budget_s: float = float("inf")
    device: str | None = None
    tracking_uri: str | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "limit", (self.limit,) if isinstance(self.limit, str) else tuple(self.limit))
        read_limits(self.limit)
        if not 0 <= self.max_drop < 1:
            raise BadValue(f"max_drop is {self.max_drop:g}; it must be a share from 0 to below 1. Try 0.01, or 1%.")
        if not self.budget_s > 0:
            raise BadValue(f"the budget is {self.budget_s:g} s; it must be above 0. Try 10m.")
        if self.device is not None:
            device_named(self.device)
        if self.tracking_uri is not None:
            checked(self.tracking_uri)

    @property
    def precisions(self) -> tuple[str, ...]:
        """The precisions that files may have; float32 is among them, to compare with."""
        known = precisions_of(self.format)
        allowed = known if self.device is None else device_named(self.device).precisions
        return tuple(name for name in known if name in allowed)

    @property
    def format(self) -> str:
        """The format of the files: LiteRT's, unless the device is given another."""
        return format_for(self.device)

    @property
    def device_of_format(self) -> str | None:
        """The device, where it has a format of its own."""
        return None if self.format == FORMAT else self.device


class Options(TypedDict, total=False):
    """The fields of `Asked`."""

    max_drop: float
    limit: Iterable[str]
    budget_s: float
    device: str | None
    tracking_uri: str | None


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
            sweep(subject.folder / "files")
            bench = Bench(subject, converter, asked.format, device)
            answer = measured(_tried(subject, asked, bench, record, (watcher, until)), subject, watcher)
            write_json(subject.folder / "report.json", answer.to_json())
            _draw(answer, subject.folder / PICTURE, watcher)
            record.end(answer)
    return answer


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
    journal = Journal(subject.folder / "files.jsonl")
    record.catch_up(journal.rows())
    rows = _kept(journal, subject, asked)
    bounds = _bounds(subject, asked, rows)
    is_over = False
    while _plain(rows) is None or time.monotonic() < until:
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


def _kept(journal: Journal, subject: Subject, asked: Asked) -> tuple[Row, ...]:
    """Return what is there already of what is asked.

    Files that somebody has removed are made again, and so are, once, those that their converter was lost with.
    """
    every = journal.rows()
    lost = Counter(row.key for row in every if row.lost)
    there = (row for row in every if row.path is None or (subject.root / row.path / manifest.NAME).is_file())
    wanted = (row for row in there if row.format == asked.format and row.precision in asked.precisions)
    return tuple({row.key: row for row in wanted if not row.lost or lost[row.key] > 1}.values())


def _bounds(subject: Subject, asked: Asked, rows: tuple[Row, ...]) -> Bounds:
    """Return what files must hold; before the first one is there, nothing is known of the score."""
    score = _score(rows, subject) if _plain(rows) else 0.0
    return Bounds(subject.goal, floor_of(subject.goal, score, asked.max_drop), read_limits(asked.limit))


def _score(rows: Iterable[Row], subject: Subject) -> float:
    """Return the validation score of the model as it is: that of its float32 file."""
    plain = _plain(rows)
    if plain is None or plain.validation is None:
        reason = (plain.skipped or "its answers are not finite numbers") if plain else "it was not tried"
        what = f"the model as it is gives no {FLOATS} file to compare with: {reason.rstrip('.')}"
        cure = f"Compress a model whose layers LiteRT runs, or remove {subject.folder} to have it tried again."
        once_more = plain is not None and plain.lost
        raise ZooError(f"{what}. {'The same command tries it once more.' if once_more else cure}")
    return plain.validation[subject.goal]


def _plain(rows: Iterable[Row]) -> Row | None:
    """Return the float32 file of the model as it is, which others are compared with."""
    return next((row for row in rows if not row.steps and row.precision == FLOATS), None)
