"""What several tests share: one Workspace, and digits as the project's own path prepares them."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, NamedTuple

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from zoo.artifact import Artifact
    from zoo.dataset import Splits
    from zoo.trained import Trained
    from zoo.workspace import Workspace

settings.register_profile("zoo", deadline=None)  # a busy machine is no defect
settings.load_profile("zoo")


@pytest.fixture(scope="session")
def workspace() -> Workspace:
    from zoo.workspace import Workspace

    return Workspace(threads=1)


@pytest.fixture(scope="session")
def digits(workspace: Workspace) -> Splits:
    from zoo.recipe import Source

    return workspace.splits(Source("digits"))


@pytest.fixture(scope="session")
def champions(workspace: Workspace, digits: Splits) -> dict[str, Trained]:
    """A briefly trained model of each builder."""
    from zoo.recipe import Recipe, Source, TrainConfig
    from zoo.training.fitting import fit

    train = TrainConfig(epochs=8, learning_rate=3e-3)
    names = ("mlp", "cnn")
    return {name: fit(Recipe(Source("digits"), name, train=train), digits, workspace) for name in names}


@pytest.fixture(scope="session")
def exports(
    champions: dict[str, Trained], digits: Splits, tmp_path_factory: pytest.TempPathFactory
) -> dict[tuple[str, str, str], Artifact]:
    """Every variant of every champion, by (builder, format, precision), made in one child process."""
    from zoo.converter import Converter
    from zoo.exporting import export_all
    from zoo.formats import variants

    folder: Path = tmp_path_factory.mktemp("exports")
    made = {}
    with Converter() as converter:
        for name, trained in champions.items():
            artifacts = export_all(trained, digits, variants(), folder / name, test=digits.test, converter=converter)
            made |= {(name, artifact.format, artifact.precision): artifact for artifact in artifacts}
    return made


class Said(NamedTuple):
    """How a command line ended."""

    code: int
    out: str
    err: str


@pytest.fixture
def zoo_command(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Callable[..., Said]:
    """Run a `zoo` command line in this process, from an empty folder."""
    from search.cli import main

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "unraisablehook", sys.unraisablehook)

    def run(*arguments: object) -> Said:
        typed = list(map(str, arguments))
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main(typed)
        return Said(ended.value.code, *capsys.readouterr())

    return run
