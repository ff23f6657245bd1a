"""A picture as part of a page: Plotly draws its panels, tables and images are the page's own."""

from __future__ import annotations

import base64
import io
import json
import math
from collections.abc import Callable
from html import escape
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from search.pictures import _dark
from search.pictures._chart import Cells, Picture, Sheet
from search.pictures._figures import figures

if TYPE_CHECKING:
    import numpy as np

LOOK = (
    """
.panels { display: grid; gap: .5rem; grid-template-columns: repeat(auto-fit, minmax(min(100%, var(--least)), 1fr)) }
.about { color: #57606a; font-size: .9rem }
.sheet { display: grid; gap: .8rem; grid-template-columns: repeat(auto-fill, minmax(7rem, 1fr)) }
.sheet figure { margin: 0; text-align: center; font-size: .85rem }
.sheet img { width: 100%; max-width: 10rem; image-rendering: pixelated }
.wide { overflow-x: auto }
table { border-collapse: collapse; font-size: .9rem; font-variant-numeric: tabular-nums }
th, td { border-bottom: 1px solid #e5e7eb; padding: .25rem .7rem; text-align: left; vertical-align: top }
th { background: #f3f4f6 }
td.number, th.number { text-align: right }
"""
    + _dark.LOOK
)
# Nothing is fetched but Plotly's copy beside the page, whatever a name in the data says.
POLICY = "default-src 'none'; script-src 'self' 'unsafe-inline'; style-src 'unsafe-inline'; img-src data: blob:"
LEAST = {1: "40rem", 2: "26rem", 3: "19rem", 4: "14rem"}  # width of a panel by the panels of a row


def library() -> bytes:
    """Return Plotly's JavaScript, 4.8 MB, with what gives its drawings the colours of a dark page."""
    return (files("plotly") / "package_data" / "plotly.min.js").read_bytes() + _dark.script().encode()


def fragment(picture: Picture) -> str:
    """Return a picture as HTML without its title; the page must have run `library` before and bear `LOOK`."""
    if picture.missing:
        return f'<p class="about">Not there yet: {escape(picture.missing)}.</p>'
    marks = [mark for panel in picture.panels for mark in panel.marks]
    plain = "".join(_PLAIN[type(mark)](mark) for mark in marks if type(mark) in _PLAIN)
    shown = plain or _drawn(picture)
    return f'{shown}<p class="about">{escape(picture.about)}</p>'


def page(picture: Picture, study: str, script: str) -> str:
    """Return a page of one picture; `script` is where Plotly's JavaScript lies beside it."""
    title = escape(f"{picture.title} of {study}")
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{title}</title>'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
        '<meta name="viewport" content="width=device-width"><style>body { font: 16px system-ui, sans-serif; '
        f'margin: 1rem auto; max-width: 70rem; padding: 0 1rem }}{LOOK}</style><script src="{script}"></script>'
        f"<h1>{title}</h1>{fragment(picture)}</html>\n"
    )


def table(columns: list[str], rows: list[list[str]]) -> str:
    """Return a table of texts; a column of numbers is flush right."""
    right = [bool(rows) and all(map(_is_number, column)) for column in zip(*rows, strict=True)] or [False] * len(
        columns
    )
    kinds = [' class="number"' if number else "" for number in right]
    heads = "".join(f"<th{kind}>{escape(column)}</th>" for kind, column in zip(kinds, columns, strict=True))
    cells = ("".join(f"<td{kind}>{escape(cell)}</td>" for kind, cell in zip(kinds, row, strict=True)) for row in rows)
    body = "".join(f"<tr>{row}</tr>" for row in cells)
    return f'<div class="wide"><table><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table></div>'


def paragraph(text: str, look: str = "") -> str:
    """Return a paragraph of text."""
    kind = f' class="{look}"' if look else ""
    return f"<p{kind}>{escape(text)}</p>"


def in_script(value: Any) -> str:
    """Return a value as JSON that no `</script>` can end; what is not finite is null."""
    text = json.dumps(_plain(value), separators=(",", ":"), allow_nan=False)
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _drawn(picture: Picture) -> str:
    ids = [f"{picture.name}-{place}" for place in range(len(picture.panels))]
    boxes = "".join(f'<div id="{name}"></div>' for name in ids)
    calls = "".join(_call(name, figure) for name, figure in zip(ids, figures(picture), strict=True))
    return f'<div class="panels" style="--least: {LEAST[picture.columns]}">{boxes}</div><script>{calls}</script>'


def _call(name: str, figure: dict[str, Any]) -> str:
    options = {"responsive": True, "displaylogo": False, "displayModeBar": False}
    values = ",".join(in_script(value) for value in (figure["data"], figure["layout"], options))
    return f'Plotly.newPlot(...inThisLight("{name}",{values}));'


def _table(mark: Cells) -> str:
    return table(list(mark.columns), [list(row) for row in mark.rows])


def _sheet(mark: Sheet) -> str:
    pairs = zip(mark.images, mark.captions, strict=True)
    shown = (
        f'<figure><img src="{_data_uri(i)}" alt=""><figcaption>{_lines(text)}</figcaption></figure>'
        for i, text in pairs
    )
    return f'<div class="sheet">{"".join(shown)}</div>'


def _lines(text: str) -> str:
    return escape(text).replace("\n", "<br>")


def _data_uri(image: np.ndarray) -> str:
    """Return an image (height, width, 3) uint8 as a PNG in a data URI, small ones enlarged by whole pixels."""
    from PIL import Image

    factor = max(1, 96 // max(image.shape[:2]))
    buffer = io.BytesIO()
    Image.fromarray(image.repeat(factor, axis=0).repeat(factor, axis=1)).save(buffer, "PNG")
    return f"data:image/png;base64,{base64.b64encode(buffer.getvalue()).decode()}"


def _is_number(text: str) -> bool:
    try:
        float(text.replace(",", "") or 0)
    except ValueError:
        return False
    return True


def _plain(value: Any) -> Any:
    """Return values as JSON has them: NumPy's numbers as Python's, None for what is not finite."""
    if isinstance(value, dict):
        return {str(name): _plain(one) for name, one in value.items()}
    if isinstance(value, list | tuple | range):
        return [_plain(one) for one in value]
    if hasattr(value, "item"):
        value = value.item()
    return None if isinstance(value, float) and not math.isfinite(value) else value


_PLAIN: dict[type, Callable[[Any], str]] = {Cells: _table, Sheet: _sheet}
