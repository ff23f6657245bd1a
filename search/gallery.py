"""The gallery of a study: every picture as PNG and as a page, in the champion's folder."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from search.champion import trained_of
from search.result import StudyResult
from search.story import Story, read_story
from search.validated import FILE, save_validated, validated
from zoo.aside import whole_folder

if TYPE_CHECKING:
    from search.planning import Plan

FOLDER = "pictures"
SCRIPT = "plotly.min.js"


def write_pictures(plan: Plan, answer: StudyResult, said: Callable[[str], None]) -> tuple[Path, ...]:
    """Draw a study that has its champion's folder: return its pictures as PNG, and its page, which needs no network.

    `said` hears why there are none. Nothing is raised: no picture is worth the answer of a study.
    """
    from search.reporting import write_page

    files = plan.files
    try:
        trained = trained_of(int(answer.champion.trial.rpartition("#")[2]), files, plan.workspace)
        found = validated(trained.predict(plan.splits.validation.x), plan.splits)
        save_validated(found, files.champion / FILE)
        hung = hang(read_story(files, answer, found), files.champion / FOLDER)
        write_page(files, answer, files.page)
        return (*(path for path in hung if path.suffix == ".png"), files.page)
    except Exception as error:
        said(f"the pictures could not be drawn: {type(error).__name__}: {' '.join(str(error).split())}")
        return ()


def hang(story: Story, folder: Path) -> tuple[Path, ...]:
    """Write every picture of a story into `folder`, all at once, and return the PNG and HTML files.

    The pages share one copy of Plotly's JavaScript that lies beside them. Raises ZooError when the disk is full.
    """
    from search.pictures import draw
    from search.pictures._page import library, page
    from search.pictures._png import png

    names = []
    with whole_folder(folder, SCRIPT, force=True) as aside:
        (aside / SCRIPT).write_bytes(library())
        for picture in draw(story):
            names += [f"{picture.name}.png", f"{picture.name}.html"]
            (aside / names[-2]).write_bytes(png(picture))
            (aside / names[-1]).write_text(page(picture, story.study, SCRIPT), "utf-8")
    return tuple(folder / name for name in names)
