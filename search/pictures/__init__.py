"""Pictures of a study: a file a picture, which turns a Story into numbers that Plotly and Matplotlib both draw."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from search.pictures._chart import Picture, broken
from zoo.registry import Registry

if TYPE_CHECKING:
    from search.report.story import Story

PICTURES = Registry("search.pictures", "picture")


def pictures_for(kind: str) -> tuple[str, ...]:
    """Return the names of the pictures of a study of `kind`, in the order in which they are looked at."""
    entries = PICTURES.entries
    return tuple(sorted((n for n in entries if kind in entries[n].facts["kinds"]), key=lambda n: _place(n)))


def draw(story: Story, said: Callable[[str], None] = lambda text: None) -> tuple[Picture, ...]:
    """Return every picture of a study; one that has nothing to show, or that fails, says why and costs no other.

    `said` hears of those that fail.
    """
    return tuple(_drawn(name, story, said) for name in pictures_for(story.kind))


def _drawn(name: str, story: Story, said: Callable[[str], None]) -> Picture:
    try:
        return PICTURES.get(name)(story)
    except Exception as error:
        return broken(Picture(name, name.replace("_", " ").capitalize()), error, said)


def _place(name: str) -> int:
    return PICTURES.entries[name].facts["place"]
