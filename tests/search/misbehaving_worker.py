"""The real child's main with trainings that misbehave, and without the seconds that TensorFlow takes."""

import math
import os
import signal
import sys
import tempfile
import time
from pathlib import Path

from search.children import _worker
from search.children.runners import Finished
from zoo.errors import BadData, Diverged

MEGABYTE = 2**20


class ResourceExhaustedError(Exception):
    """Named as TensorFlow's own."""


class OutOfRoom(ResourceExhaustedError):
    """One of its kind."""


class Misbehaving:
    """Trainings whose recipe's builder says what happens after each epoch."""

    @staticmethod
    def well(epoch):
        print("noise on standard output")

    @staticmethod
    def slow(epoch):
        time.sleep(0.02)

    @staticmethod
    def hangs(epoch):
        time.sleep(600)

    @staticmethod
    def raises(epoch):
        raise ValueError("\nfirst line\nand more")

    @staticmethod
    def diverges(epoch):
        raise Diverged("the loss is nan.")

    @staticmethod
    def fills_the_disk(epoch):
        raise OSError(28, "No space left on device", "/some/file")

    @staticmethod
    def fills_the_memory(epoch):
        raise MemoryError("no room for rows")

    @staticmethod
    def exhausts_the_device(epoch):
        raise OutOfRoom("no room\nfor a tensor")

    @staticmethod
    def aborts(epoch):
        print("fatal: no such kernel", file=sys.stderr, flush=True)
        os.abort()

    @staticmethod
    def killed(epoch):
        os.kill(os.getpid(), signal.SIGKILL)

    @staticmethod
    def exits(epoch):
        os._exit(3)

    @staticmethod
    def litters(epoch):
        with tempfile.NamedTemporaryFile(suffix="_left.py", delete=False):
            pass


def train(recipe, workspace, callbacks, begun, **control):
    """Go through the epochs."""
    for tell in begun:
        tell(100)
    (relay,) = callbacks
    if control["checkpoint"]:
        relay.on_resume([{"val/accuracy": 0.25}])
    relay.on_train_begin({})
    for epoch in range(1, recipe.train.epochs + 1):
        getattr(Misbehaving, recipe.builder)(epoch)
        Trials.epochs += 1
        relay.on_epoch_end(
            epoch, {"val/accuracy": 0.1 * epoch, "train/log_loss": math.nan, "limit": control["limit_s"]}
        )
    relay.on_train_end({})
    return recipe


def keep(recipe, folder):
    """Leave the process's number instead of weights."""
    (folder / "weights.npz").write_text(str(os.getpid()))
    return Finished({"accuracy": 0.5, "epochs": Trials.epochs}, recipe.train.epochs, 1, 100)


class Reading:
    """A workspace that leaves a file for each data set it reads."""

    @staticmethod
    def splits(source, preparation):
        if source.path == "broken":
            raise BadData("broken data")
        if source.path.endswith("slowly"):
            time.sleep(0.3)
            with Path(source.path).open("a") as file:
                file.write(f"{source.target} {preparation} ")
            return
        Path(source.path).write_text(f"{source.target} {preparation}")


class Trials:
    """What this process has done."""

    epochs = 0


if __name__ == "__main__":
    wait, most_starts = Path(sys.argv[1]), int(sys.argv[2])  # a file that late starters wait for; who starts at once
    _worker._workspace = lambda threads, memory: Reading()
    _worker.train, _worker.keep = train, keep
    _worker.resident = lambda: (100 + 100 * Trials.epochs) * MEGABYTE
    if most_starts and len(list(wait.parent.glob("started-*"))) >= most_starts:
        while not wait.exists():
            time.sleep(0.01)
        if wait.read_text() == "die":
            sys.exit("dead before it was born")
    (wait.parent / f"started-{os.getpid()}").touch()
    _worker.main(1)
