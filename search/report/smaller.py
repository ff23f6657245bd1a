"""The section of a report on what `zoo compress` made of the study's trials, as HTML: files to ship, and pictures."""

from __future__ import annotations

from dataclasses import replace

from search.compressing.picture import picture
from search.compressing.standing import Compression, Damaged, compressions
from search.compressing.telling import coming, headline, lines, shipped
from search.pictures._chart import Picture, broken
from search.pictures._page import fragment, paragraph
from search.redaction import portable
from search.report.findings import Case


def smaller(case: Case) -> str:
    """Return how each compression stands, the file to ship, where it lies, and all files in a picture; "" of none."""
    return "".join(_told(one, place, case) for place, one in enumerate(compressions(case.files)))


def _told(one: Compression | Damaged, place: int, case: Case) -> str:
    if isinstance(one, Damaged):
        return "".join(map(paragraph, portable(lines([one], case.files.root), case.files.root)))
    pick = one.answer.pick
    words = [f"{shipped(one)}.", f"{headline(one)}."]
    words += [] if pick is None else [f"It lies in {pick.path}."]
    words += coming(one)
    lead, *rest = (text[:1].upper() + text[1:] for text in portable(words, case.files.root))
    drawn = _drawn(one, f"compressed-{place}") if one.answer.rows else ""
    return paragraph(lead, "lead") + "".join(map(paragraph, rest)) + drawn


def _drawn(one: Compression, name: str) -> str:
    """Return the files as a picture; `name` tells it from the other pictures of the page."""
    try:
        return fragment(replace(picture(one.answer), name=name))
    except Exception as error:  # the rest of the page is worth having
        return fragment(broken(Picture(name, "The files of a compression"), error, lambda text: None))
