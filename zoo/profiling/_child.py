"""The child process that opens strangers' files: `python -m zoo.profiling._child`.

One order a line comes in as JSON, {do, path, calls, shapes}, and {rows, arena} where rows are to be answered; one
answer goes out: [plain values, null] or [null, why not]. What a damaged file does to it - a crash, a loop, all memory -
is done to nobody else.
"""

from __future__ import annotations

import resource
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from zoo.child import channel
from zoo.memory import free_bytes


def answer(order: Mapping[str, Any]) -> tuple[dict[str, Any] | None, str | None]:
    """Do what `order` says: describe, time, try or answer; return plain values, or why there are none."""
    from zoo.profiling._timing import first_line

    try:
        return _done(order, _content(order)), None
    except (ValueError, RuntimeError) as error:
        return None, first_line(error)
    except Exception as error:  # torn bytes raise whatever they like
        return None, f"{type(error).__name__}: {first_line(error)}"


def _content(order: Mapping[str, Any]) -> bytes:
    """Return the file's content, with the lengths of its inputs where they are given."""
    content = Path(order["path"]).read_bytes()
    if not order["shapes"]:
        return content
    from zoo.profiling._resizing import resized

    return resized(content, order["shapes"], runs=order["calls"] > 0)


def _done(order: Mapping[str, Any], content: bytes) -> dict[str, Any]:
    if order["do"] == "describe":
        from zoo.profiling._reading import described

        return described(content)
    if order["do"] == "time":
        from zoo.profiling._timing import timed

        return timed(content, order["calls"])
    from zoo.profiling._micro import answered, tried

    return tried(content) if order["do"] == "try" else answered(content, Path(order["rows"]), order["arena"])


def limit_memory() -> None:
    """Let this process have the memory that is free now, so that a torn length takes no other's."""
    with suppress(ValueError, OSError):  # a system that tells no sizes, or sets no such limit
        mapped = int(Path("/proc/self/statm").read_text("ascii").split()[0]) * resource.getpagesize()
        limit = mapped + free_bytes()
        resource.setrlimit(resource.RLIMIT_AS, (limit, resource.getrlimit(resource.RLIMIT_AS)[1]))


def main() -> None:
    """Answer orders until standard input ends."""
    parent = channel()
    import ai_edge_litert.interpreter  # noqa: F401 before the limit: libraries map much and use little

    limit_memory()
    while True:
        parent.tell(answer(parent.heard.get()))


if __name__ == "__main__":
    main()
