"""Deep learning from scratch, beside the zoo: `python -m tests.oracles.from_scratch [NAME ...] [--picture FILE.png]`.

A multilayer perceptron and an LSTM in float64 NumPy, forward and backward, with the losses and optimizers of the zoo:
activations.py, losses.py, networks.py and optimizers.py have the formulas, checks.py holds every gradient against
central differences, and side_by_side.py trains each part for 20 steps next to the zoo's compiled training, from the
same start weights over the same batches. It prints one table and ends with 1 where two came apart.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from .cases import every_case
from .checks import gradient_error
from .side_by_side import MOVED, NEAR, NOTHING, Comparison, cases_named, compare

GRADIENTS_NEAR = 1e-6  # that gradients by hand and by differences must be alike, relative to their norm
HEADER = ("kind", "part", "data", "gradient", "moved", "apart", "largest", "")


def main(arguments: Sequence[str]) -> int:
    """Compare the parts that are named, or all; print the table and return 0 where all are alike, 1 otherwise."""
    asked = _parser().parse_args(arguments)
    if asked.picture is not None and asked.picture.exists():
        print(f"{asked.picture} is there already, and nothing is overwritten.", file=sys.stderr)
        return 2
    cases = cases_named(list(every_case()), asked.names)
    if not cases:
        print(f"no part is named {' '.join(asked.names)}: {', '.join(c.name for c in every_case())}", file=sys.stderr)
        return 2
    from zoo.workspace import Workspace

    print(f"training {len(cases)} pairs for 20 steps each", file=sys.stderr)
    workspace = Workspace(threads=1)
    rows = [(compare(case, workspace), gradient_error(case)) for case in cases]
    print("\n".join(table(rows)))
    if asked.picture is not None:
        from .picture import draw

        draw([one for one, _ in rows], asked.picture)
        print(f"drawn to {asked.picture}", file=sys.stderr)
    return 0 if all(is_alike(*row) for row in rows) else 1


def is_alike(comparison: Comparison, error: float) -> bool:
    """Return whether gradients and weights are as near as they must be, and something was learned at all."""
    return comparison.within and comparison.moved > MOVED and error <= GRADIENTS_NEAR


def table(rows: Sequence[tuple[Comparison, float]]) -> Iterator[str]:
    """Return the lines of the table: its header, a line a part, and what the columns say."""
    cells = [HEADER, *(_cells(*row) for row in rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    for row in cells:
        yield "  ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True)).rstrip()
    alike = sum(is_alike(*row) for row in rows)
    yield ""
    yield f"{alike} of {len(rows)} alike. gradient: by hand against central differences, at most {GRADIENTS_NEAR:g} of"
    yield "its norm. apart: of float32 weights from those by hand, of the weight that is furthest off, at its worst of"
    yield f"20 steps, at most {NEAR:g} of its norm + {NOTHING:g}. moved: how far all weights came, of their norm."


def _cells(one: Comparison, error: float) -> tuple[str, ...]:
    case = one.case
    verdict = "alike" if is_alike(one, error) else "APART"
    numbers = f"{error:.1e}", f"{one.moved:.3f}", f"{one.apart:.1e}", f"{one.largest:.1e}"
    return case.kind, case.name, case.data, *numbers, verdict


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("python -m tests.oracles.from_scratch", description=__doc__.partition("\n\n")[2])
    parser.add_argument("names", nargs="*", metavar="NAME", help="compare these parts only")
    parser.add_argument("--picture", type=Path, metavar="FILE", help="draw the comparison into this PNG")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
