"""Workspace: what the trials of one worker share, held in one place and passed in."""

from __future__ import annotations

import json
import time
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from threading import Lock
from typing import TYPE_CHECKING, Any

import numpy as np

from zoo import runtime
from zoo.builders import builder_space
from zoo.data import as_asked, in_memory, load_data
from zoo.dataset import Dataset, Split, Splits
from zoo.errors import BadData
from zoo.own.parts import is_part
from zoo.recipe import Recipe, Source
from zoo.splits import split
from zoo.task import Task
from zoo.training.cache import MOST, Programs
from zoo.training.extras import structure_of

if TYPE_CHECKING:
    from zoo.training.feeding import Data
    from zoo.training.program import Program

MOST_SPLITS, MOST_BYTES = 8, 2 * 2**30  # of preparations of the data


class Workspace:
    """Prepared data and compiled programs; at most `programs` are kept, the least recently used goes first.

    A program costs 8 to 70 MB of memory; all together they fill about 768 MiB at most. Rows may fill `memory` bytes,
    where their source does not say, else half of what is free. Making a Workspace starts TensorFlow with `threads`
    threads.
    """

    def __init__(self, threads: int = 1, programs: int = MOST, memory: int | None = None) -> None:
        runtime.start(threads)
        self._memory = memory
        self._programs = Programs(programs)
        self._datasets: dict[Source, Dataset] = {}
        self._splits: OrderedDict[tuple[Source, str], Splits] = OrderedDict()
        self._tensors: dict[int, tuple[Split, Data]] = {}
        self._turn = Lock()
        self._until: float | None = None

    @contextmanager
    def within(self, limit_s: float | None) -> Iterator[None]:
        """Let what is trained on inside the block, as compressions do, end after `limit_s` seconds; None: whenever."""
        before, self._until = self._until, None if limit_s is None else time.monotonic() + limit_s
        try:
            yield
        finally:
            self._until = before

    @property
    def left_s(self) -> float | None:
        """How many seconds are left inside `within`, 0 and fewer for none; None without a limit."""
        return None if self._until is None else self._until - time.monotonic()

    def splits(self, source: Source, preparation: Mapping[str, Any] | None = None) -> Splits:
        """Return the splits of `source`, prepared by the values of `preparation`; raise BadData for changed data.

        The data is read at its first use, once for all its folds; at most eight preparations of it are kept, of each
        fold, and no more than fill 2 GiB. Safe for several threads.
        """
        with self._turn:
            key = source, json.dumps(dict(preparation or {}), sort_keys=True)
            if key not in self._splits:
                read = _unparted(source)
                if read not in self._datasets:
                    self._datasets[read] = _read(source, self._memory)
                parting = source.split_seed, preparation, source.folds, source.fold
                self._splits[key] = split(self._datasets[read], *parting)
                self._forget()
            self._splits.move_to_end(key)
            return self._splits[key]

    def add(self, splits: Splits, preparation: Mapping[str, Any] | None = None) -> None:
        """Know splits that are in memory already by the source of their data."""
        source = splits.dataset.source
        self._datasets[_unparted(source)] = splits.dataset
        self._splits[source, json.dumps(dict(preparation or {}), sort_keys=True)] = splits

    def _forget(self) -> None:
        """Let the least recently used preparations go, and their tensors, but for the two used last."""
        most = MOST_SPLITS * max(source.folds or 1 for source, _ in self._splits)
        while len(self._splits) > most or (len(self._splits) > 2 and self._held() > MOST_BYTES):
            _, old = self._splits.popitem(last=False)
            for part in (old.train, old.validation, old.test):
                self._tensors.pop(id(part), None)

    def _held(self) -> int:
        """Return about how many bytes the kept preparations fill, twice, with their tensors; not those on the disk."""
        parts = (part for kept in self._splits.values() for part in (kept.train, kept.validation, kept.test))
        return 2 * sum(part.x.nbytes for part in parts if not isinstance(part.x, np.memmap))

    def tensors(self, rows: Split, memory: int | None = None) -> Data:
        """Return `rows` as resident tensors, converted once; rows on the disk stay there past `memory` bytes."""
        from zoo.training.feeding import data_of

        if id(rows) not in self._tensors:
            self._tensors[id(rows)] = rows, data_of(rows, memory)
        return self._tensors[id(rows)][1]

    def program(
        self, recipe: Recipe, task: Task, facts: Mapping[str, Any] | None = None, rows: int | None = None
    ) -> Program:
        """Return the compiled program of the recipe's structure, made at its first use.

        `facts` are what the recipe's augmentations must know of the data: `zoo.augmentations.needed_facts`.
        `rows` counts those to learn from, which XLA's programs know by number.
        """
        from zoo.training.program import Program

        key = structure(recipe, task, facts, rows)
        return self._programs.get(key, lambda: Program(recipe, task, facts))


def _unparted(source: Source) -> Source:
    """Return what sources share whose rows are the same, however they are parted."""
    return replace(source, split_seed=0, folds=None, fold=0)


def _read(source: Source, memory: int | None) -> Dataset:
    """Return the data of `source`; raise BadData when it is gone from memory, or its hash has changed.

    It may fill `memory` bytes unless its source says how many.
    """
    if in_memory(source):
        raise BadData(
            f"the trial's data ('{source.path}') was in memory and is not stored; pass it again as data=, or save it "
            "to a file and tune that."
        )
    given = as_asked(source)
    dataset = load_data(source.path, **given | {"memory": memory if source.memory is None else source.memory})
    if source.sha256 not in (None, dataset.source.sha256):
        raise BadData(f"{source.path} has changed since the recipe was written; restore it or tune anew.")
    return dataset


def structure(recipe: Recipe, task: Task, facts: Mapping[str, Any] | None = None, rows: int | None = None) -> str:
    """Return the key that recipes share when one compiled program serves them: all that is not Live.

    For XLA, which compiles for known shapes, the batch size and the number of `rows` to learn from are part of it.
    """
    space = builder_space(recipe.builder)
    fixed = {name: recipe.model.get(name, p.default) for name, p in space.items() if not p.live}
    augment = [sorted(recipe.augment), dict(facts or {})]
    train = recipe.train
    shapes = [train.batch_size, rows] if train.jit_compile else None
    own = [plugin["sha256"] for plugin in recipe.plugins if is_part(plugin)]  # a file may change under its name
    key = [recipe.builder, fixed, structure_of(train), shapes, task.to_json(), augment, own]
    return json.dumps(key, sort_keys=True)
