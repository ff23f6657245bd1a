"""The smallest file of a stated score: one `zoo tune` in a process of its own, and what is asked of its answer."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from .figures import measured, warning
from .keeping import Row, kept, sources_of

ZOO = [sys.executable, "-c", "from search.cli import main; main()"]


@dataclass(frozen=True)
class Figure:
    """What is asked: the test `score` of the file to ship in `precision`, and at most so many `bytes` of it.

    That is the array in C where one is shipped. `lost` is how much lower it may score than the float32 file, and
    `seconds` what the command should take: that is told, and never asserted. `options` are the rest of the command.
    """

    data: str
    options: tuple[str, ...]
    precision: str
    bytes: int
    score: float
    lost: float | None = None
    seconds: int | None = None

    def words(self, path: str, seed: int) -> list[str]:
        """Return the command, without the program's name."""
        limit = ["--precision", self.precision, "--limit", f"bytes={self.bytes}"]
        return ["tune", path, *self.options, *limit, "--seed", str(seed), "--json"]

    def row(self, path: str, seed: int, folder: Path) -> Row:
        """Return the row of one command on the data at `path`, from the file where it is there."""
        what = {"data": self.data, "words": self.words(self.data, seed), "seed": seed}
        sources = sources_of("zoo", "search")
        return kept("compression_search", what, lambda: answered(self, path, seed, folder), sources)


def answered(figure: Figure, path: str, seed: int, folder: Path) -> Row:
    """Run the command in `folder`; return what its files take and are worth on test rows, by format and precision."""
    command = [*ZOO, *figure.words(path, seed)]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    answer = json.loads(done.stdout)
    champion = answer["champion"]
    return {
        **{"files": files_of(champion["variants"], folder), "trials": answer["trials"]},
        **{"validation": champion["validation"]["accuracy"], "values": champion["values"]},
    }


def files_of(variants: Sequence[Row], folder: Path) -> Row:
    """Return what each file of a champion takes and is worth; of C what TensorFlow Lite Micro says of it too."""
    from zoo.profiling import profile

    found = {}
    for one in variants:
        if not one["bytes"]:
            continue
        told = {name: one[name] for name in ("path", "bytes", "arena_bytes", "footprint")}
        told |= {"test": (one["test"] or {}).get("accuracy"), "passed": one["proof"]["passed"]}
        if one["format"] == "c_array":
            told["micro"] = asdict(profile(folder / one["path"] / "model.tflite", calls=1).micro)
        found[f"{one['format']} {one['precision']}"] = told
    return found


def shipped(figure: Figure, row: Row) -> tuple[str, Row]:
    """Return name and row of the file that the figure is about: the array in C where there is one, else LiteRT's."""
    names = (f"{format} {figure.precision}" for format in ("c_array", "tflite"))
    name = next(name for name in names if name in row["files"])
    return name, row["files"][name]


def lines(name: str, figure: Figure, rows: Sequence[Row]) -> Iterator[str]:
    """Yield the lines of one figure."""
    asked = f"at least {figure.score:.1%} of {figure.precision} files of at most {figure.bytes:,} bytes"
    yield f"\n{name}: {asked}{warning()}; {measured(rows)}"
    limit = "" if figure.seconds is None else f", asked {figure.seconds:,} s"
    for row in rows:
        yield f"  seed {row['key']['seed']}: {row['trials']['total']} trials in {row['seconds']:,.0f} s{limit}"
        floats = row["files"]["tflite float32"]
        for kind, file in (shipped(figure, row), ("tflite float32", floats)):
            proof = "" if file["passed"] else ", PROOF FAILED"
            yield f"    {kind:16} {file['bytes']:8,} bytes, test {file['test']:.4f}{proof}{_device(file)}"
    yield f"  median {_median(figure, rows):.4f}; {'; '.join(misses(figure, rows)) or 'reached'}"


def misses(figure: Figure, rows: Sequence[Row]) -> list[str]:
    """Return in words what is not as it was asked."""
    found = []
    for row in rows:
        kind, file = shipped(figure, row)
        where = f"seed {row['key']['seed']}, {kind}"
        if file["bytes"] > figure.bytes:
            found.append(f"{where}: {file['bytes']:,} bytes")
        if not file["passed"]:
            found.append(f"{where}: its proof failed")
        if "micro" in file and (file["micro"]["reason"] or file["micro"]["refusals"]):
            found.append(f"{where}: TensorFlow Lite Micro does not run it")
    score = _median(figure, rows)
    if score < figure.score:
        found.append(f"{figure.precision}: median {score:.4f}")
    lost = statistics.median(row["files"]["tflite float32"]["test"] for row in rows) - score
    return [*found, f"{lost:.4f} lost"] if figure.lost is not None and lost > figure.lost else found


def _median(figure: Figure, rows: Sequence[Row]) -> float:
    return statistics.median(shipped(figure, row)[1]["test"] for row in rows)


def _device(file: Row) -> str:
    """Return what a file takes of the device that it is for, and what Micro's own interpreter planned, where known."""
    if not file["footprint"]:
        return ""
    told = f"; {file['footprint']['flash_bytes']:,} bytes of flash, {file['footprint']['ram_bytes']:,} of RAM"
    tried = file.get("micro", {}).get("tried")
    return f"{told}; runs in TensorFlow Lite Micro, an arena of {file['micro']['arena_bytes']:,}" if tried else told
