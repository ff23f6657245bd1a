"""A zoo of Keras models: load data, build, fit, evaluate, export, predict. Names are imported on first use."""

from __future__ import annotations

from importlib import import_module
from typing import Any

_HOMES = {
    "Recipe": "zoo.recipe",
    "Report": "zoo.evaluation",
    "Source": "zoo.recipe",
    "Task": "zoo.task",
    "TrainConfig": "zoo.recipe",
    "Trained": "zoo.trained",
    "Workspace": "zoo.workspace",
    "ZooError": "zoo.errors",
    "build": "zoo.builders",
    "check": "zoo.checking",
    "compress": "zoo.compression",
    "evaluate": "zoo.evaluation",
    "evaluate_bundle": "zoo.proving.verifying",
    "export": "zoo.exporting",
    "fit": "zoo.training.fitting",
    "load": "zoo.bundle",
    "load_data": "zoo.data",
    "predict": "zoo.bundle",
    "profile": "zoo.profiling",
    "register": "zoo.registry",
    "run": "zoo.pipeline",
    "split": "zoo.splits",
    "use_plugin": "zoo.own.parts",
    "verify": "zoo.proving.verifying",
}

__all__ = sorted(_HOMES)


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'zoo' has no attribute '{name}'")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return __all__
