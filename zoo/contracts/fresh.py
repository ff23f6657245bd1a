"""Fresh processes: what was saved here is loaded there, and answers alike."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from zoo.contracts import require
from zoo.formats._convert import read_job, write_job
from zoo.training.fitting import fit

if TYPE_CHECKING:
    import keras

    from zoo.contracts.bench import Bench
    from zoo.dataset import Splits
    from zoo.recipe import Recipe

WITHOUT_ZOO = """
import sys
from pathlib import Path
import keras
import numpy as np
for path in sorted(Path(sys.argv[1]).glob("*.keras")):
    stored = np.load(path.with_suffix(".npz"), allow_pickle=False)
    model = keras.models.load_model(path, compile=False, safe_mode=True)
    away = float(np.abs(np.asarray(model(stored["x"])) - stored["y"]).max())
    assert away < 1e-6 * (1 + float(np.abs(stored["y"]).max())), f"{path.stem} answers otherwise, by {away:g}"
assert not [name for name in sys.modules if name.split(".")[0] == "zoo"]
"""
WITH_ZOO = "import sys; from zoo.contracts.fresh import answer; answer(sys.argv[1])"


def require_loadable(models: Mapping[str, tuple[keras.Model, np.ndarray]], bench: Bench) -> None:
    """Raise Broken unless a process without this project loads the saved models and they answer as they do here."""
    folder = bench.folder()
    for name, (model, x) in models.items():
        model.save(folder / f"{name}.keras")
        np.savez(folder / f"{name}.npz", x=x, y=np.asarray(model(x)))
    bench.alone(WITHOUT_ZOO, str(folder), isolated=True)


def require_rebuilt(recipe: Recipe, splits: Splits, bench: Bench) -> None:
    """Raise Broken unless a fresh process makes the trained recipe again from its weights, and it answers alike."""
    trained, x, folder = fit(recipe, splits, bench.workspace), splits.train.x, bench.folder()
    write_job(trained, x, folder)
    bench.alone(WITH_ZOO, str(folder))
    away = np.abs(np.load(folder / "answers.npy", allow_pickle=False) - trained.predict(x)).max()
    require(away < 1e-6, f"made again in a fresh process its answers are {away:g} away. Keep no state in the file.")


def answer(folder: str) -> None:
    """Write what the model of a job answers to the job's rows: what a fresh process is asked for."""
    from zoo import runtime

    runtime.start(threads=1)
    model, x = read_job(folder)
    np.save(Path(folder, "answers.npy"), model.predict(x, verbose=0), allow_pickle=False)


def own_modules(operations: Any) -> list[str]:
    """Return the names of layers and operations that are not Keras's own."""
    found = (type(one) for one in operations)
    return sorted({kind.__name__ for kind in found if not kind.__module__.startswith("keras.") or _is_lambda(kind)})


def _is_lambda(kind: type) -> bool:
    return kind is getattr(sys.modules["keras"].layers, "Lambda", None)
