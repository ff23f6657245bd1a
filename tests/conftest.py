"""What several tests share: one Workspace, and digits as the project's own path prepares them."""

from __future__ import annotations

import os
import random
import signal
import sys
import warnings
from contextlib import suppress
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from zoo.artifact import Artifact
    from zoo.dataset import Splits
    from zoo.trained import Trained
    from zoo.workspace import Workspace

settings.register_profile("zoo", deadline=None)  # a busy machine is no defect
settings.load_profile("zoo")

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # begun in the background: commands that tests start inherit it
    with suppress(ValueError):  # not the main thread's to set
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave the cases that `often` does not name to patient runs."""
    for item in items:
        often = item.get_closest_marker("often")
        if often is not None and not any(fnmatchcase(item.callspec.id, pattern) for pattern in often.args):
            item.add_marker(pytest.mark.patient)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup() -> None:
    """Begin each test, and the fixtures made for it, at the same random numbers, whatever ran before."""
    random.seed(0)
    if "keras" in sys.modules:
        sys.modules["keras"].utils.set_random_seed(0)


@pytest.fixture(scope="session", autouse=True)
def one_thread() -> None:
    """Let TensorFlow, where a test file has imported it, run on one thread before anything else starts it on all."""
    if "tensorflow" in sys.modules:
        from zoo import runtime

        with warnings.catch_warnings(action="error"):  # a file that computes while it is imported starts all threads
            runtime.start(1)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real data sets, which the project does not bring: tests that want one skip without it."""
    beside = Path(__file__).parents[2] / "shared" / "data"
    folder = Path(os.environ.get("ZOO_SHARED_DATA", beside))
    if not folder.is_dir():
        pytest.skip(f"needs real data sets: {folder} does not exist; name their folder in ZOO_SHARED_DATA")
    return folder


@pytest.fixture(scope="session")
def workspace() -> Workspace:
    from zoo.workspace import Workspace

    return Workspace(threads=1)


@pytest.fixture(scope="session")
def digits(workspace: Workspace) -> Splits:
    from zoo.recipe import Source

    return workspace.splits(Source("digits"))


class Made(dict):
    """A mapping that makes what it lacks when it is asked for, by `make(mapping, key)`."""

    def __init__(self, make: Callable[[dict, Any], None]) -> None:
        self.make = make

    def __missing__(self, key: Any) -> Any:
        self.make(self, key)
        return self[key]


@pytest.fixture(scope="session")
def champions(workspace: Workspace, digits: Splits) -> dict[str, Trained]:
    """A briefly trained model of each builder; others than mlp and cnn when they are asked for."""
    from zoo.recipe import Recipe, Source, TrainConfig
    from zoo.training.fitting import fit

    train = TrainConfig(epochs=8, learning_rate=3e-3)

    def make(made: dict, name: str) -> None:
        made[name] = fit(Recipe(Source("digits"), name, train=train), digits, workspace)

    found = Made(make)
    for name in ("mlp", "cnn"):
        make(found, name)
    return found


@pytest.fixture(scope="session")
def exports(
    champions: dict[str, Trained], digits: Splits, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[tuple[str, str, str], Artifact]]:
    """Every variant of a champion, by (builder, format, precision), made when the first one is asked for."""
    from zoo.converter import Converter
    from zoo.exporting import export_all
    from zoo.formats import variants

    folder: Path = tmp_path_factory.mktemp("exports")
    with Converter() as converter:

        def make(made: dict, key: tuple[str, str, str]) -> None:
            asked = {"converter": converter, "test": digits.test}
            for artifact in export_all(champions[key[0]], digits, variants(), folder / key[0], **asked):
                made[key[0], artifact.format, artifact.precision] = artifact

        yield Made(make)


@pytest.fixture(scope="session")
def diabetes(workspace: Workspace) -> Splits:
    from zoo.recipe import Source

    return workspace.splits(Source("diabetes"))


@pytest.fixture(scope="session")
def quantity_exports(
    workspace: Workspace, diabetes: Splits, tmp_path_factory: pytest.TempPathFactory
) -> dict[tuple[str, str], Artifact]:
    """Every variant of a model that answers quantities, by (format, precision)."""
    from zoo.exporting import export_all
    from zoo.formats import variants
    from zoo.recipe import Recipe, Source, TrainConfig
    from zoo.training.fitting import fit

    train = TrainConfig(epochs=10, learning_rate=3e-3)
    trained = fit(Recipe(Source("diabetes"), "mlp", train=train), diabetes, workspace)
    made = export_all(trained, diabetes, variants(), tmp_path_factory.mktemp("quantities"), test=diabetes.test)
    return {(artifact.format, artifact.precision): artifact for artifact in made}


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
