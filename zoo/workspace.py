"""Workspace: what the trials of one worker share, held in one place and passed in."""

from __future__ import annotations

import json
from collections import OrderedDict
from typing import TYPE_CHECKING

from zoo import runtime
from zoo.builders import builder_space
from zoo.data import in_memory, load_data
from zoo.dataset import Dataset, Split, Splits
from zoo.errors import BadData
from zoo.recipe import Recipe, Source
from zoo.splits import split
from zoo.task import Task

if TYPE_CHECKING:
    import tensorflow as tf

    from zoo.training.program import Program


class Workspace:
    """Prepared data and compiled programs; at most `programs` are kept, the least recently used goes first.

    A program costs about 4 MB of memory. Making a Workspace starts TensorFlow with `threads` threads.
    """

    def __init__(self, threads: int = 1, programs: int = 40) -> None:
        runtime.start(threads)
        self._most_programs = programs
        self._programs: OrderedDict[str, Program] = OrderedDict()
        self._splits: dict[Source, Splits] = {}
        self._tensors: dict[int, tuple[Split, tuple[tf.Tensor, tf.Tensor]]] = {}

    def splits(self, source: Source) -> Splits:
        """Return the prepared splits of `source`, read at its first use; raise BadData when it is not as it was."""
        if source not in self._splits:
            self._splits[source] = split(_read(source), source.split_seed)
        return self._splits[source]

    def add(self, splits: Splits) -> None:
        """Know splits that are in memory already by the source of their data."""
        self._splits[splits.dataset.source] = splits

    def tensors(self, rows: Split) -> tuple[tf.Tensor, tf.Tensor]:
        """Return `rows` as resident tensors, converted once."""
        import tensorflow as tf

        from zoo.training.loss import TARGET_DTYPES

        if id(rows) not in self._tensors:
            self._tensors[id(rows)] = rows, (tf.constant(rows.x), tf.constant(rows.y, TARGET_DTYPES[rows.kind]))
        return self._tensors[id(rows)][1]

    def program(self, recipe: Recipe, task: Task) -> Program:
        """Return the compiled program of the recipe's structure, made at its first use."""
        from zoo.training.program import Program

        key = structure(recipe, task)
        if key not in self._programs:
            self._programs[key] = Program(recipe, task)
        self._programs.move_to_end(key)
        while len(self._programs) > self._most_programs:
            self._programs.popitem(last=False)
        return self._programs[key]


def _read(source: Source) -> Dataset:
    """Return the data of `source`; raise BadData when it is gone from memory, or its hash has changed."""
    if in_memory(source):
        raise BadData(
            f"the trial's data ('{source.path}') was in memory and is not stored; pass it again as data=, or save it "
            "to a file and tune that."
        )
    dataset = load_data(source.path, source.target, source.reader, source.rows, task=source.task)
    if source.sha256 not in (None, dataset.source.sha256):
        raise BadData(f"{source.path} has changed since the recipe was written; restore it or tune anew.")
    return dataset


def structure(recipe: Recipe, task: Task) -> str:
    """Return the key that recipes share when one compiled program serves them: all that is not Live."""
    space = builder_space(recipe.builder)
    fixed = {name: recipe.model.get(name, p.default) for name, p in space.items() if not p.live}
    return json.dumps([recipe.builder, fixed, recipe.train.optimizer, task.to_json()], sort_keys=True)
