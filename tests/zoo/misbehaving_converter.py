"""The real child program with formats that misbehave, and without the seconds that TensorFlow takes."""

import os
import signal
import sys
import tempfile
import time

from zoo import runtime
from zoo.errors import ConversionFailed
from zoo.formats import FORMATS, _convert


class Misbehaving:
    """A format whose precision says what its `write` does."""

    @staticmethod
    def write(model, precision, path, calibration, **options):
        getattr(Misbehaving, precision)(path)

    @staticmethod
    def well(path):
        print("noise on standard output")
        path.write_text(str(os.getpid()))

    @staticmethod
    def litters(path):
        with tempfile.NamedTemporaryFile(suffix="_left.py", delete=False):
            Misbehaving.well(path)

    @staticmethod
    def raises(path):
        raise RuntimeError("\nfirst line of the reason\nand a long tail")

    @staticmethod
    def refuses(path):
        raise ConversionFailed("the converter left float32 in an int8 file.")

    @staticmethod
    def aborts(path):
        print("fatal: no such kernel", file=sys.stderr, flush=True)
        os.abort()

    @staticmethod
    def segfaults(path):
        os.kill(os.getpid(), signal.SIGSEGV)

    @staticmethod
    def killed(path):
        os.kill(os.getpid(), signal.SIGKILL)

    @staticmethod
    def exits(path):
        os._exit(3)

    @staticmethod
    def hangs(path):
        time.sleep(600)

    @staticmethod
    def eats_memory(path):
        held = []
        for _ in range(1500):  # megabytes at most: a test that fails must not take the machine's
            held.append(b"x" * (1 << 20))
            time.sleep(0.001)
        time.sleep(600)

    @staticmethod
    def writes_too_much(path):
        path.write_bytes(bytes(10_000_000))
        raise OSError(28, "No space left on device")

    @staticmethod
    def fills_temporary_files(path):
        folder = tempfile.mkdtemp()
        raise RuntimeError(f"{folder}/variables; No space left on device [Op:SaveV2]")


if __name__ == "__main__":
    runtime.start = lambda threads: None
    _convert.read_job = lambda job: (None, None)
    FORMATS.get = lambda name: Misbehaving
    _convert.main()
