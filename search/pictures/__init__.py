"""Pictures of a study: a file a picture, which turns a Story into numbers that Plotly and Matplotlib both draw."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zoo.registry import Registry

if TYPE_CHECKING:
    from search.pictures._chart import Picture
    from search.story import Story

PICTURES = Registry("search.pictures", "picture")


def pictures_for(kind: str) -> tuple[str, ...]:
    """Return the names of the pictures of a study of `kind`, in the order in which they are looked at."""
    entries = PICTURES.entries
    return tuple(sorted((n for n in entries if kind in entries[n].facts["kinds"]), key=lambda n: _place(n)))


def draw(story: Story) -> tuple[Picture, ...]:
    """Return every picture of a study; one that has nothing to show yet says why."""
    return tuple(PICTURES.get(name)(story) for name in pictures_for(story.kind))


def _place(name: str) -> int:
    return PICTURES.entries[name].facts["place"]
