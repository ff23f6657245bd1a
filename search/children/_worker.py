"""The child process that trains: `python -m search.children._worker THREADS`.

TensorFlow is imported at once, then orders come in, one after the other: to train, {kind: train, recipe, folder, waits,
hooks, checkpoint, limit_s}, or to read what trials will need, {kind: read, data, preparation}. What happens goes out:
ready; read; of a trial begun, the hooks of its training, trained, and how it ended: finished, stopped or failed. To
what `waits` the parent answers go or stop; stop may come at any time. A child whose device has no memory left ends.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from search.children.failing import failure_of
from search.children.runners import keep, train
from zoo.child import Channel, channel
from zoo.memory import resident
from zoo.recipe import Recipe, Source

if TYPE_CHECKING:
    from zoo.workspace import Workspace

Logs = Mapping[str, float]
_OF_WHAT = "OOM when"


class Stopped(Exception):
    """The parent has no more use for this training."""


class Relay:
    """Tells the parent of those `hooks` of a training that it asks for, and hears whether to go on."""

    def __init__(self, parent: Channel, waits: Collection[int], hooks: Collection[str]) -> None:
        self.parent, self.waits, self.hooks = parent, waits, hooks

    def on_resume(self, history: Any) -> None:
        """Tell of the epochs that an earlier process trained."""
        self._hook("on_resume", history)

    def on_train_begin(self, logs: Logs) -> None:
        """Tell of it."""
        self._hook("on_train_begin", logs)

    def on_epoch_begin(self, epoch: int, logs: Logs) -> None:
        """Tell of it."""
        self._hook("on_epoch_begin", epoch, logs)

    def on_epoch_end(self, epoch: int, logs: Logs) -> None:
        """Tell of it; raise Stopped when the parent says so, which is waited for after some epochs."""
        waits = epoch in self.waits
        self._hook("on_epoch_end", epoch, logs, waits=waits)
        self.heed(waits)

    def on_train_end(self, logs: Logs) -> None:
        """Tell of it."""
        self._hook("on_train_end", logs)

    def heed(self, waits: bool) -> None:
        """Raise Stopped when the parent has said so; wait for what it says if asked to."""
        heard = self.parent.heard
        while waits or not heard.empty():
            said = heard.get()["kind"]
            if said == "stop":
                raise Stopped
            if said == "go":
                return

    def _hook(self, name: str, *given: Any, waits: bool = False) -> None:
        if waits or name in self.hooks:
            self.parent.tell({"kind": "hook", "name": name, "given": given, "waits": waits})


def answer(order: Mapping[str, Any], workspace: Workspace, parent: Channel) -> dict[str, Any]:
    """Train as `order` says, and return how it ended: finished, stopped or failed."""
    try:
        relay = Relay(parent, order["waits"], order["hooks"])
        checkpoint = None if order["checkpoint"] is None else Path(order["checkpoint"])
        recipe = Recipe.from_json(order["recipe"])
        begun = [lambda parameters: parent.tell({"kind": "begun", "parameters": parameters})]
        result = train(recipe, workspace, (relay,), begun, checkpoint=checkpoint, limit_s=order["limit_s"])
        parent.tell({"kind": "trained", "waits": True})  # a callback of the parent may yet fail the trial
        relay.heed(waits=True)
        return {"kind": "finished", "finished": asdict(keep(result, Path(order["folder"])))}
    except Stopped:
        return {"kind": "stopped"}
    except Exception as error:  # whatever a trial raises is told; the parent decides
        _end_where_exhausted(error)
        return {"kind": "failed", "failure": failure_of(error)}


def read(order: Mapping[str, Any], workspace: Workspace) -> None:
    """Read and prepare the data that trials will ask for; what is wrong with it, they will meet again."""
    with suppress(Exception):
        workspace.splits(Source(**order["data"]), order["preparation"])


def main(threads: int, memory: int | None = None) -> None:
    """Import TensorFlow, then answer orders until standard input ends; rows may fill `memory` bytes."""
    parent = channel()
    workspace = _workspace(threads, memory)
    gc.collect()
    gc.freeze()  # of what the imports left: a collection takes an eighth of the time without it
    parent.tell({"kind": "ready", "resident": resident()})
    while True:
        order = parent.heard.get()
        if order["kind"] == "read":
            read(order, workspace)
            parent.tell({"kind": "read", "resident": resident()})
        elif order["kind"] == "train":  # a late stop is for a trial that has ended
            parent.tell({**answer(order, workspace, parent), "resident": resident()})


def _end_where_exhausted(error: Exception) -> None:
    """End the process when TensorFlow's memory, of a graphics card or of its own, is used up: a fresh one has more."""
    if any(kind.__name__ == "ResourceExhaustedError" for kind in type(error).__mro__):
        text = " ".join(str(error).split())
        sys.stderr.write(f"out of memory: {text[max(0, text.find(_OF_WHAT)) :][:150]}\n")  # past the graph's own story
        sys.stderr.flush()
        os._exit(1)  # at once: who ends in the usual way may wait for the device


def _workspace(threads: int, memory: int | None) -> Workspace:
    import zoo.training.fitting  # noqa: F401 the first trial would wait for it
    from zoo.workspace import Workspace

    return Workspace(threads, memory=memory)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
