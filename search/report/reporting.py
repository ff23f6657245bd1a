"""The report of a study: one page that holds everything and needs no network, to keep or to send."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from pathlib import Path

from search.files import StudyFiles
from search.pictures import draw
from search.pictures._chart import Picture, broken
from search.pictures._page import LOOK, fragment, library
from search.report.findings import Case
from search.report.sections import FRONT, sections
from search.report.story import read_story
from search.result import StudyResult
from search.standing import command, status
from zoo.aside import writing
from zoo.durable import name_beside, sync_folder, whole_file
from zoo.errors import BadValue, ZooError

# Nothing is fetched and nothing is sent, whatever a name in the data says.
POLICY = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data: blob:"
STYLE = """
body { font: 16px/1.45 system-ui, sans-serif; color: #1f2937; max-width: 76rem; margin: 1.5rem auto; padding: 0 1rem }
h1 { margin-bottom: 0 } h2 { margin: 2.2rem 0 .4rem; border-bottom: 2px solid #e5e7eb }
h3 { margin: 1.6rem 0 .3rem }
nav { display: flex; flex-wrap: wrap; gap: .2rem 1rem; margin: .8rem 0; font-size: .9rem }
pre { background: #f3f4f6; padding: .7rem; overflow-x: auto; white-space: pre-wrap; overflow-wrap: anywhere }
.lead { font-size: 1.15rem } .good { color: #00795a } .bad { color: #b91c1c }
td:first-child { white-space: nowrap }
#ended-early td:nth-child(2), #ended-early td:nth-child(5) { min-width: 12rem }
#limits td:last-child { min-width: 9rem }
#trials td { white-space: nowrap } #trials td:last-child { white-space: normal; min-width: 34rem }
#trials .wide { max-height: 44rem; overflow: auto } #trials th { position: sticky; top: 0 }
th.sorts { cursor: pointer; user-select: none } th.sorts::after { content: " \\2195"; color: #9ca3af }
details summary { cursor: pointer; color: #0072b2 }
@media print { details, nav { display: none } }
"""
# A click on a head sorts by that column, as numbers where all its cells are numbers; another click turns it round.
SORTING = """
for (const head of document.querySelectorAll("#trials th")) {
  head.classList.add("sorts");
  head.addEventListener("click", () => {
    const body = head.closest("table").tBodies[0], place = head.cellIndex, up = head.dataset.up !== "yes";
    const text = row => row.cells[place].textContent, number = row => parseFloat(text(row).replace(/,/g, ""));
    const rows = [...body.rows], numbers = rows.every(row => text(row) === "" || !isNaN(number(row)));
    const order = (a, b) => numbers ? (number(a) || 0) - (number(b) || 0) : text(a).localeCompare(text(b));
    rows.sort((a, b) => (text(a) === "") - (text(b) === "") || (up ? order(a, b) : order(b, a)));
    head.dataset.up = up ? "yes" : "no";
    body.append(...rows);
  });
}
"""


def write_report(study: str, root: Path | str = ".", out: Path | str | None = None, force: bool = False) -> Path:
    """Write a study's page and return its path, by default `report.html` in the study's folder, written anew.

    Raises UnknownName when there is no such study, ZooError when none of its trials has finished, BadData for one
    that cannot be read and BadValue when `out` exists and `force` is not given.
    """
    files = StudyFiles(Path(root).resolve(), study)
    answer = status(study, files.root)
    if not answer.trials.finished:
        raise ZooError(f"study {study} has no finished trial yet; run `zoo tune` first.")
    target = files.page if out is None else Path(out)
    if target.is_dir():
        raise BadValue(f"{target} is a folder; the page is one file. Try --out {target / 'report.html'}.")
    if out is not None and not force and target.exists():
        raise BadValue(f"{out} exists; nothing is overwritten. Choose another file, or add --force.")
    write_page(files, answer, target)
    return target


def renew_page(files: StudyFiles) -> None:
    """Write the page of a study anew, unless it would no longer tell of a champion: of a study that has grown since."""
    answer = status(files.study, files.root)
    if answer.champion is not None:
        write_page(files, answer, files.page)


def write_page(files: StudyFiles, answer: StudyResult, target: Path) -> None:
    """Write the page of an answer to `target`, replacing what is there; raise ZooError when the disk is full."""
    more = 3 * max(answer.trials.total, 1)
    go_on = command(files.study, files.root), command(files.study, files.root, trials=more)
    text = page_of(Case(files, answer, read_story(files, answer), go_on), library().decode())
    with writing(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        _put(text, target, files)


def _put(text: str, target: Path, files: StudyFiles) -> None:
    """Write a page whole, aside from the study's folders, from which a study that starts sweeps half files."""
    inside = target.resolve().is_relative_to(files.folder.resolve())
    aside = name_beside(files.mlruns / target.name, "page") if inside else target
    try:
        with whole_file(aside) as file:
            file.write(text.encode())
        if inside:
            aside.replace(target)
            sync_folder(target.parent)
    finally:
        if inside:
            aside.unlink(missing_ok=True)


def page_of(case: Case, script: str) -> str:
    """Return the page; `script` is Plotly's JavaScript."""
    parts, pictures = sections(case), draw(case.story)
    if FRONT in parts:  # the picture of the front stands with its table
        parts[FRONT] = "".join(_fragment(one) for one in pictures if one.title == FRONT) + parts[FRONT]
    parts["Pictures"] = _pictures(one for one in pictures if one.title != FRONT)
    order = sorted(parts, key=lambda title: title in ("All trials", "Recipe", "Go on from here"))  # after the pictures
    links = "".join(f'<a href="#{_anchor(title)}">{escape(title)}</a>' for title in order)
    body = "".join(_section(title, parts[title]) for title in order)
    title = escape(f"Study {case.answer.study}")
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
        f'<meta name="viewport" content="width=device-width"><style>{STYLE}{LOOK}</style>'
        f"<script>{script}</script></head>"
        f"<body><h1>{title}</h1><nav>{links}</nav>{body}<script>{SORTING}</script></body></html>\n"
    )


def _section(title: str, content: str) -> str:
    return f'<section id="{_anchor(title)}"><h2>{escape(title)}</h2>{content}</section>'


def _pictures(pictures: Iterable[Picture]) -> str:
    return "".join(f"<h3>{escape(picture.title)}</h3>{_fragment(picture)}" for picture in pictures)


def _fragment(picture: Picture) -> str:
    try:
        return fragment(picture)
    except Exception as error:  # the other pictures, and all that was found, are worth their page
        return fragment(broken(picture, error, lambda text: None))


def _anchor(title: str) -> str:
    return title.lower().replace(" ", "-")
