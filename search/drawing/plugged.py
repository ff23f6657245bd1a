"""Parts of a user's own in a study: known before anything is checked, run before anything is trained."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from search.drawing.spaces import StudySpace
from search.watcher import Watcher
from zoo import runtime
from zoo.own.parts import OwnPart, known_parts, use_plugin

if TYPE_CHECKING:
    from search.settings import Settings

NAMED_BY = {
    "activation": "--space model.activation=relu,{}",
    "loss": "--set train.loss={}",
    "optimizer": "--space train.optimizer=adam,{}",
    "builder": "--builder {}",
}


def use_plugins(settings: Settings) -> tuple[OwnPart, ...]:
    """Know the parts that the settings' files register; raise BadData or BadValue for one that cannot be used."""
    return tuple(map(use_plugin, settings.plugins))


def identity(settings: Settings) -> dict[str, Any]:
    """Return what decides a study's results of its parts of a user's own, {} without any: not where they lie."""
    hashes = {f"{part.kind}.{part.name}": part.sha256 for part in use_plugins(settings)}
    return {"plugins": hashes} if hashes else {}


def plugged(settings: Settings, space: StudySpace, watcher: Watcher) -> Settings:
    """Run the files, so that what is wrong with one is known now, and return the settings with all parts that are used.

    Those that `zoo.use_plugin` has made known are among them. The watcher hears of a file that nothing asks for.
    """
    given, drawn = use_plugins(settings), _drawn(space)
    used = [part for part in known_parts() if part not in given and part.name in drawn[part.kind == "builder"]]
    if given or used:
        runtime.start(settings.threads)
    for part in (*given, *used):
        part.load()
        if part.name not in drawn[part.kind == "builder"]:
            watcher.said(f"no trial has the {part}. Try {NAMED_BY[part.kind].format(part.name)}")
    return replace(settings, plugins=(*settings.plugins, *(part.path for part in used))) if used else settings


def _drawn(space: StudySpace) -> tuple[set[Any], set[str]]:
    """Return every value that a study draws or leaves a parameter at, and the names of its builders."""
    parameters = (parameter for own in space.parts().values() for parameter in own.values())
    values = (parameter.domain.points() or (parameter.default,) for parameter in parameters)
    return {value for some in values for value in some}, set(space.builders)
