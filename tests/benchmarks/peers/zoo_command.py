"""The command `zoo tune`, exports and all; the time up to its last trial is read from the files it leaves."""

from __future__ import annotations

import contextlib
import io
import json

from search.cli import main as zoo

from .asking import fixed, narrowed
from .job import Job


def main() -> None:
    """Run the command and print the row."""
    job, said = Job.asked(), io.StringIO()
    spec = job.spec
    words = ["tune", job.data, "--builder", ",".join(spec.builders), "--root", str(job.folder), "--study", "benchmark"]
    words += ["--trials", spec.trials, "--seed", spec.seed, "--sampler", spec.search, "--pruner", spec.pruner, "--json"]
    words += [word for name, value in fixed(spec).items() for word in ("--set", f"{name}={value}")]
    words += [word for name, given in narrowed(spec).items() for word in ("--space", f"{name}={_range(given)}")]
    with contextlib.redirect_stdout(said), contextlib.suppress(SystemExit):
        zoo([str(word) for word in words])
    answer = json.loads(said.getvalue())
    trials = job.folder / "mlruns" / "studies" / "benchmark" / "trials"
    searched = max(path.stat().st_mtime for path in trials.glob("*/*.json")) - job.began
    best = answer["champion"]["validation"][answer["goal"]]
    print(json.dumps({"trials": answer["trials"]["total"], "best": best, "searched": round(searched, 2)}), flush=True)


def _range(given: list | str) -> str:
    return given if isinstance(given, str) else ",".join(map(str, given))


if __name__ == "__main__":
    main()
