"""The gallery of a study: every picture as PNG and as a page, in the champion's folder."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from search.choosing.champion import trained_of
from search.report.story import Story, read_story
from search.report.validated import FILE, save_validated, validated
from search.result import StudyResult
from zoo.aside import whole_folder

if TYPE_CHECKING:
    from search.pictures._chart import Picture
    from search.planning import Plan

FOLDER = "pictures"
SCRIPT = "plotly.min.js"


def write_pictures(plan: Plan, answer: StudyResult, said: Callable[[str], None]) -> tuple[Path, ...]:
    """Draw a study that has its champion's folder: return its pictures as PNG, and its page, which needs no network.

    `said` hears what is missing and why. Nothing is raised: no picture is worth the answer of a study.
    """
    hung = _attempt("the pictures could not be drawn", lambda: _hung(plan, answer, said), said)
    page = _attempt("the page could not be written", lambda: _page(plan, answer), said)
    return (*(path for path in hung if path.suffix == ".png"), *page)


def _attempt(what: str, work: Callable[[], tuple[Path, ...]], said: Callable[[str], None]) -> tuple[Path, ...]:
    try:
        return work()
    except Exception as error:
        said(f"{what}: {type(error).__name__}: {' '.join(str(error).split())}")
        return ()


def _hung(plan: Plan, answer: StudyResult, said: Callable[[str], None]) -> tuple[Path, ...]:
    files = plan.files
    trained = trained_of(int(answer.champion.trial.rpartition("#")[2]), files, plan.workspace, said)
    splits = plan.workspace.splits(trained.recipe.data, trained.recipe.preparation)
    found = validated(trained.predict(splits.validation.x), splits)
    save_validated(found, files.champion / FILE)
    return hang(read_story(files, answer, found), files.champion / FOLDER, said)


def _page(plan: Plan, answer: StudyResult) -> tuple[Path, ...]:
    from search.report.reporting import write_page

    write_page(plan.files, answer, plan.files.page)
    return (plan.files.page,)


def hang(story: Story, folder: Path, said: Callable[[str], None] = lambda text: None) -> tuple[Path, ...]:
    """Write every picture of a story into `folder`, all at once, and return the PNG and HTML files.

    The pages share one copy of Plotly's JavaScript that lies beside them. `said` hears of a picture that cannot be
    drawn; its file says so. Raises ZooError when the disk is full.
    """
    from search.pictures import draw
    from search.pictures._page import library

    names = []
    with whole_folder(folder, SCRIPT, force=True) as aside:
        (aside / SCRIPT).write_bytes(library())
        for picture in draw(story, said):
            names += [f"{picture.name}.png", f"{picture.name}.html"]
            image, text = _rendered(picture, story.study, said)
            (aside / names[-2]).write_bytes(image)
            (aside / names[-1]).write_text(text, "utf-8")
    return tuple(folder / name for name in names)


def _rendered(picture: Picture, study: str, said: Callable[[str], None]) -> tuple[bytes, str]:
    """Return a picture as PNG and as a page."""
    from search.pictures._chart import broken
    from search.pictures._page import page
    from search.pictures._png import png

    try:
        return png(picture), page(picture, study, SCRIPT)
    except Exception as error:
        instead = broken(picture, error, said)
        return png(instead), page(instead, study, SCRIPT)
