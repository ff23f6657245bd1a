"""The child process that makes model files: `python -m zoo.formats._convert`.

One order a line comes in on standard input as JSON, one answer a line goes out: null, or [why there is no file, the
number of the disk's error or null, what could not be written or null]. The job that an order names is a folder with
the trained model and the calibration rows.
"""

from __future__ import annotations

import errno
import json
import math
import os
import tempfile
from collections.abc import Mapping, Sequence
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from zoo import runtime
from zoo.aside import FULL
from zoo.child import channel
from zoo.compression import foreseen
from zoo.errors import ZooError
from zoo.formats import FORMATS
from zoo.recipe import Recipe
from zoo.task import Task
from zoo.trained import Trained, load_weights, save_weights

if TYPE_CHECKING:
    import keras

LONGEST_REASON = 300
PARAMETERS = "parameters.json"  # of a job, written by the child
OF_THE_DISK = (*FULL, errno.EROFS, errno.EACCES)


def write_job(trained: Trained, calibration: np.ndarray, folder: Path) -> None:
    """Write what a conversion needs into `folder`."""
    values = {"recipe": trained.recipe.to_json(), "task": trained.task.to_json(), "config": trained.config}
    (folder / "trained.json").write_text(json.dumps(values), "utf-8")
    save_weights(trained, folder / "weights.npz")
    content = BytesIO()  # NumPy itself does not say that a disk is full, but how many bytes it took
    np.save(content, calibration, allow_pickle=False)
    (folder / "calibration.npy").write_bytes(content.getbuffer())


@lru_cache(maxsize=1)
def read_job(folder: str) -> tuple[keras.Model, np.ndarray]:
    """Return the Keras model and the calibration rows that `write_job` wrote, the same for all files of a job.

    A model without weights gets some, and the structure that the recipe's compression will lead to. Keras counts its
    names from the start again, so a file does not depend on what was made before the job.
    """
    import keras

    keras.utils.clear_session()
    values = json.loads(Path(folder, "trained.json").read_text("utf-8"))
    recipe, task = Recipe.from_json(values["recipe"]), Task.from_json(values["task"])
    trained = Trained(recipe, task, weights=(), config=values["config"])
    calibration = np.load(Path(folder, "calibration.npy"), allow_pickle=False)
    trained = load_weights(trained, Path(folder, "weights.npz"))
    model = (trained if trained.weights else foreseen(trained)).model()
    if not trained.weights:
        fill(model)
    Path(folder, PARAMETERS).write_text(
        json.dumps(sum(int(np.prod(weight.shape)) for weight in model.weights)), "utf-8"
    )
    return model, calibration


def parameters_of(folder: Path) -> int:
    """Return how many numbers the weights of a job's model hold, once a file of it was made."""
    return json.loads((folder / PARAMETERS).read_text("utf-8"))


def fill(model: keras.Model) -> None:
    """Give an untrained model numbers of which no two are alike: a file stores equal tensors, such as zeros, once.

    They are positive, as variances are, and small enough that what a layer sums up is a tenth of what goes in: an
    exponential behind an exponential stays within the numbers that a file can be calibrated with.
    """
    chance = np.random.default_rng(0)
    model.set_weights([chance.uniform(0.05, 0.15, weight.shape) / _fan_in(weight.shape) for weight in model.weights])


def _fan_in(shape: Sequence[int]) -> int:
    """Return how many products a weight of this shape sums up for each number that comes out."""
    return math.prod(shape[:-1])


def answer(order: Mapping[str, Any]) -> tuple[str, int | None, str | None] | None:
    """Make the file that `order` {job, format, precision, path, options} asks for; return why not, or None.

    Why not is a reason, and, where a disk was at fault, the number of its error and the place as far as it is told.
    """
    try:
        model, calibration = read_job(order["job"])
        write = FORMATS.get(order["format"]).write
        write(model, order["precision"], Path(order["path"]), calibration, **order["options"])
    except Exception as error:  # whatever a converter raises becomes the answer; the parent decides
        number = _errno(error)
        return _reason(error), number, None if number is None else _place(error)
    return None


def main() -> None:
    """Import TensorFlow, then answer orders until standard input ends."""
    parent = channel()
    os.environ["CUDA_VISIBLE_DEVICES"] = "-1"  # the parent may hold all memory of the device
    runtime.start(threads=1)
    while True:
        parent.tell(answer(parent.heard.get()))


def _errno(error: Exception) -> int | None:
    """Return the number of a disk's error; TensorFlow tells of a full one in its own errors' text."""
    told = next((number for number in FULL if os.strerror(number) in str(error)), None)
    number = getattr(error, "errno", None)
    return number if number in OF_THE_DISK else told


def _place(error: Exception) -> str | None:
    """Return what could not be written; TensorFlow writes models in the folder of temporary files first."""
    named, temporary = getattr(error, "filename", None), tempfile.gettempdir()
    return str(named) if named else temporary if temporary in str(error) else None


def _reason(error: Exception) -> str:
    if isinstance(error, ZooError):
        return str(error)
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return f"{type(error).__name__}: {lines[0] if lines else 'no reason given'}"[:LONGEST_REASON]


if __name__ == "__main__":
    main()
