"""Child processes that live on: lines of JSON go in and come out, and nothing else can get between them."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from queue import SimpleQueue
from tempfile import TemporaryDirectory, TemporaryFile
from threading import Lock, Thread
from typing import IO, Any, TextIO

DIED = object()
END_S = 1.0  # that a child who has fallen silent is given to end by itself
FAULTS = (signal.SIGABRT, signal.SIGSEGV, signal.SIGBUS, signal.SIGFPE, signal.SIGILL)
_VALUE = "told"  # the name of each value on its line, so that stray output is none


class Child:
    """One process: values go in by a pipe, a thread collects those that come out, a nameless file its noise.

    Its temporary files, such as those that TensorFlow leaves behind, lie in a folder that goes with it. `name` is
    what its obituary calls it. The child calls `channel` first of all.
    """

    def __init__(self, command: Sequence[str], name: str) -> None:
        self.name = name
        self._noise: IO[bytes] = TemporaryFile()  # noqa: SIM115 closed by `kill`
        self._scratch = TemporaryDirectory(prefix=f"zoo-{name}-", ignore_cleanup_errors=True)
        self._told: SimpleQueue[Any] = SimpleQueue()
        self._sending = Lock()
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._noise,
            env={**os.environ, "PYTHONPATH": _import_path(), "PYTHONSAFEPATH": "1", "TMPDIR": self._scratch.name},
            text=True,
            encoding="utf-8",
            errors="replace",  # of stray output
            start_new_session=True,  # Ctrl-C reaches the parent, which decides
        )
        Thread(target=self._collect, daemon=True).start()

    @property
    def pid(self) -> int:
        """The number of the process."""
        return self._process.pid

    def send(self, value: Any) -> None:
        """Send a plain value; one who has died or been killed does not hear it, and `receive` tells."""
        with self._sending, suppress(BrokenPipeError, ValueError):  # ValueError: the pipe is closed
            self._process.stdin.write(json.dumps(value) + "\n")
            self._process.stdin.flush()

    def receive(self, limit_s: float | None = None) -> Any:
        """Return the next value that the child told, or DIED; raise queue.Empty after `limit_s` seconds."""
        return self._told.get(timeout=limit_s)

    def obituary(self) -> str:
        """Return how the child ended, and its last words; one who is silent and does not end in a second is killed."""
        try:
            end = _end_in_words(self._process.wait(END_S))
        except subprocess.TimeoutExpired:
            self.begin_kill()
            self._process.wait()
            end = "fell silent and was ended"
        return f"the {self.name} {end}{self._last_words()}"

    def has_crashed(self) -> bool:
        """Return whether the process has ended by a fault of its own: a signal, but not one that ends just anybody."""
        code = self._process.poll()
        return code is not None and -code in FAULTS

    def begin_kill(self) -> None:
        """Tell the process to end and return at once; `kill` waits, which is short for many that were told before."""
        self._process.kill()

    def kill(self) -> None:
        """End the process and wait until it is gone; nothing happens where it is gone already."""
        self.begin_kill()
        self._process.wait()
        with suppress(BrokenPipeError):
            self._process.stdin.close()
        self._noise.close()
        self._scratch.cleanup()

    def _collect(self) -> None:
        with self._process.stdout as stdout:
            for line in stdout:
                with suppress(ValueError, LookupError, TypeError):  # stray output, or a last line that a kill tore
                    self._told.put(json.loads(line)[_VALUE])
        self._told.put(DIED)

    def _last_words(self) -> str:
        try:
            self._noise.seek(0)
            noise = self._noise.read()
        except ValueError:  # another thread has killed the child meanwhile
            return ""
        lines = noise[-2000:].decode("utf-8", "replace").splitlines()
        words = [line.strip() for line in lines if line.strip()]
        return f", its last words: {words[-1][:200]}" if words else ""


class Channel:
    """The child's end of the pipes to its parent: `heard` is the queue of values that came in."""

    def __init__(self, stdin: TextIO, pipe: TextIO) -> None:
        self.heard: SimpleQueue[Any] = SimpleQueue()
        self._pipe = pipe
        self._pipe.write("\n")  # ends what may have been printed before
        Thread(target=self._listen, args=(stdin,), daemon=True).start()

    def tell(self, value: Any) -> None:
        """Send a plain value to the parent; numbers of NumPy's are sent as Python's."""
        self._pipe.write(json.dumps({_VALUE: value}, default=float) + "\n")
        self._pipe.flush()

    def _listen(self, stdin: TextIO) -> None:
        """Pass values on; end the process with the parent, even in the middle of its work."""
        for line in stdin:
            self.heard.put(json.loads(line))
        os._exit(0)


def channel() -> Channel:
    """Return, in a child, the way to its parent; what else is printed goes to standard error from now on."""
    pipe = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    return Channel(sys.stdin, pipe)


def _end_in_words(code: int) -> str:
    hint = " (out of memory?)" if code == -signal.SIGKILL else ""
    return f"was killed by {signal.Signals(-code).name}{hint}" if code < 0 else f"ended with exit code {code}"


def _import_path() -> str:
    """Return this process's import path, so that the child finds the same modules and none beside them."""
    return os.pathsep.join(str(Path(entry).resolve()) for entry in sys.path)
