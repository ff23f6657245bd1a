"""The page of `zoo ui` in a process of its own."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SERVE = """
import sys
from pathlib import Path
from search.ui import serve
serve(Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3], lambda address: print(address, flush=True))
"""


@contextmanager
def page_of(root: Path, experiment: str) -> Iterator[str]:
    """Serve the record of a root and yield the address that opens an experiment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-c", SERVE, str(root), str(port), experiment]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process.stdout.readline().strip()
        finally:
            process.send_signal(signal.SIGINT)
