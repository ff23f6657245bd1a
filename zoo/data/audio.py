"""Recordings in .wav files: a folder a class, or names of files that tell the class; Speech Commands with its lists."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from zoo.data._clips import SUFFIXES, Clip, clips_in
from zoo.data._folders import glanced
from zoo.data._labels import indices_in, quantities
from zoo.data._sounds import sounds_of, wave_at
from zoo.dataset import Dataset
from zoo.errors import BadData
from zoo.memory import budget
from zoo.preparation import objects
from zoo.raw.pixels import SUFFIXES as IMAGES
from zoo.recipe import Source
from zoo.registry import register

PARTS = ("train", "validation", "test")


def recognises(path: Path) -> bool:
    """Return whether .wav files lie in the folder, or in folders in it, where images are no more."""
    try:
        beside = [found.suffix.lower() for found in path.iterdir()]
    except OSError:
        return False
    sounds, pictures = (glanced(path, kind) + sum(suffix in kind for suffix in beside) for kind in (SUFFIXES, IMAGES))
    return sounds > 0 and sounds >= pictures


@register(content=("folder",), options=("pattern", "group"))
def audio(source: Source) -> Dataset:
    """A folder of .wav files, a sub-folder a class, or with names that tell it (--pattern, --group).

    All are brought to one channel and one rate, that of most files and at most 16 kHz. Folders train, validation and
    test are kept apart, as are the files that validation_list.txt and testing_list.txt name; recordings in
    _background_noise_ are noise to train with, no class. Files that cannot be read are counted, named and left out.
    """
    path = Path(source.path)
    found = clips_in(path, source.pattern, source.group)
    clips = sorted(found.clips, key=lambda clip: PARTS.index(clip.part))
    files, names = [clip.path for clip in clips], [clip.name for clip in clips]
    sounds = sounds_of(files, names, path, budget(source.memory))
    clips = [clips[place] for place in sounds.kept]
    noise, told = _noise(found.noise, sounds.rate)
    return replace(
        _dataset(replace(source, pattern=found.pattern, group=found.group), clips, sounds.waves),
        warnings=(*found.notes, *sounds.notes, *told),
        facts={"rate": sounds.rate},
        noise=objects(noise) if noise else None,
    )


def _noise(files: Sequence[Path], rate: int) -> tuple[list[np.ndarray], list[str]]:
    """Return the waves of background noise, and what is to be said of them; files that cannot be read are named."""
    waves, told = [], []
    for file in files:
        try:
            waves.append(wave_at(file, rate))
        except BadData as error:
            told.append(f"noise is left out: {error}")
    count = "1 recording" if len(waves) == 1 else f"{len(waves)} recordings"
    said = [f"{count} of background noise: no class, but what augment.sound_noise mixes in"] if waves else []
    return waves, [*said, *told]


def _dataset(source: Source, clips: Sequence[Clip], waves: np.ndarray) -> Dataset:
    """Return the parts as a data set; the rows of `validation` follow those of training."""
    sizes = {part: sum(clip.part == part for clip in clips) for part in PARTS}
    beside = len(clips) - sizes["test"]
    if not sizes["train"]:
        raise BadData(f"{source.path} names no recording to train with; lists and folders leave some. Correct them.")
    own, test = clips[:beside], clips[beside:]
    classes = () if source.task == "regression" else _classes([clip.label for clip in own])
    group_names = tuple(sorted({clip.group for clip in clips})) if source.group else ()
    return Dataset(
        name=Path(source.path).resolve().name,
        source=source,
        modality="audio",
        x=waves[:beside],
        y=_target(own, classes, source.path),
        classes=classes,
        x_test=waves[beside:] if test else None,
        y_test=_target(test, classes, source.path) if test else None,
        validation=np.arange(sizes["train"], beside) if sizes["validation"] else None,
        groups=_groups(own, group_names),
        groups_test=_groups(test, group_names) if test else None,
        group_names=group_names,
        names=tuple(clip.name for clip in own),
        names_test=tuple(clip.name for clip in test),
    )


def _classes(labels: Sequence[str]) -> tuple[str, ...]:
    """Return the names of classes: whole numbers by size, others by code point."""
    names = sorted(set(labels))
    are_whole = all(name.isascii() and name.isdecimal() for name in names)
    return tuple(sorted(names, key=int) if are_whole else names)


def _target(clips: Sequence[Clip], classes: Sequence[str], where: str) -> np.ndarray:
    labels = np.asarray([clip.label for clip in clips], str)
    return indices_in(labels, classes, where) if classes else quantities(labels, f"the labels in {where}")


def _groups(clips: Sequence[Clip], names: Sequence[str]) -> np.ndarray | None:
    places = {name: place for place, name in enumerate(names)}
    return np.asarray([places[clip.group] for clip in clips], np.int32) if names else None
