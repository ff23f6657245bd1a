"""Profile: what a LiteRT file holds, what running it takes and who does not take it; JSON both ways."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, NamedTuple


class Shaped(NamedTuple):
    """A tensor's name, dtype and shape, None for a length left open; `stored` says that the file holds its values."""

    name: str
    dtype: str
    shape: tuple[int | None, ...]
    stored: bool = False

    def __str__(self) -> str:
        lengths = ",".join("?" if length is None else str(length) for length in self.shape)
        return f"{self.dtype}[{lengths}]"


class Slot(NamedTuple):
    """A place in the arena: its first byte, its bytes, and the operators between which it is kept.

    `first` is -1 for what is there before the first operator, `last` the number of operators for what is read after it;
    both are -2 for a tensor that no operator makes or reads. `scratch` says that it is no tensor, but what an operator
    works in, in bytes.
    """

    name: str
    dtype: str
    shape: tuple[int | None, ...]
    start: int
    bytes: int
    first: int
    last: int
    scratch: bool = False


class Signature(NamedTuple):
    """A way to call the file: its name, the graph it runs, and the names of its inputs and outputs."""

    name: str
    graph: int
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]


@dataclass(frozen=True)
class Step:
    """One operator: `place` is its place in its `graph`, 0 for the model itself and others for loops and branches.

    `arithmetic` is what it computes in: integers, floats, hybrid (integer weights, float data), border (between both)
    or indices. `refusal` says why TensorFlow Lite Micro does not run it, "" where nothing speaks against it. `us` is
    the time of one call in microseconds and `share` its part of all operators' time, None where it was not measured,
    for the reason `untimed`.
    """

    graph: int
    place: int
    operator: str
    inputs: tuple[Shaped, ...]
    outputs: tuple[Shaped, ...]
    macs: int
    weight_bytes: int
    arithmetic: str
    refusal: str
    us: float | None = None
    share: float | None = None
    untimed: str = ""


@dataclass(frozen=True)
class Finding:
    """What of a file is not integer arithmetic: the operators' names and why that matters."""

    what: str
    operators: tuple[str, ...]
    why: str


@dataclass(frozen=True)
class Timing:
    """How the time was measured: `whole_us` is the median call of the model, `alone_us` the operators' sum.

    Each operator was timed alone, as a file of its own, in `calls` calls on one thread, by the values that reach it in
    a run of the whole; what an empty call costs, `idle_us`, is taken off. All are microseconds of the processor's time.
    None where nothing ran, for the `reason`.
    """

    calls: int
    whole_us: float | None = None
    alone_us: float | None = None
    idle_us: float | None = None
    reason: str = ""


@dataclass(frozen=True)
class Micro:
    """Would TensorFlow Lite Micro run the file? `refusals` are reasons and the operators they hold for.

    `tried` says that its own interpreter (PyPI's tflite-micro) was asked: then `reason` is why it would not, "" where
    it ran, and `arena_bytes` is the arena as it planned it, `kept_bytes` what it keeps beside that. Where it was not
    asked, `reason` says why.
    """

    refusals: Mapping[str, tuple[str, ...]]
    tried: bool = False
    reason: str = ""
    arena_bytes: int | None = None
    kept_bytes: int | None = None

    @property
    def takes(self) -> bool:
        """Return whether nothing speaks against the file."""
        return not self.reason if self.tried else not self.refusals


@dataclass(frozen=True)
class Profile:
    """What a LiteRT file is made of. `graphs` above 1 are loops, branches or further signatures.

    `weight_bytes` counts stored values once, however many operators share them. `arena` is the plan of the memory
    between operators, and of what these work in, for one row; `arena_bytes` is its size, None where other graphs take
    part and it cannot be told. `macs` are the multiply-accumulates of one row, None for the same reason. `shape` holds
    the lengths of each input that were given; then all is told of such inputs, and no longer of one row.
    """

    path: str
    bytes: int
    sha256: str
    graphs: int
    inputs: tuple[Shaped, ...]
    outputs: tuple[Shaped, ...]
    signatures: tuple[Signature, ...]
    steps: tuple[Step, ...]
    macs: int | None
    weight_bytes: int
    arena_bytes: int | None
    arena: tuple[Slot, ...]
    integer_share: float | None
    findings: tuple[Finding, ...]
    micro: Micro
    timing: Timing
    notes: tuple[str, ...] = ()
    shape: tuple[tuple[int, ...], ...] | None = None

    def to_json(self) -> dict[str, Any]:
        """Return what `zoo profile --json` prints."""
        tensors = {name: _named(getattr(self, name)) for name in ("inputs", "outputs", "signatures", "arena")}
        steps = [{**asdict(one), "inputs": _named(one.inputs), "outputs": _named(one.outputs)} for one in self.steps]
        values = {**asdict(self), **tensors}
        del values["steps"]
        return {**values, "operators": steps, "micro": {"takes": self.micro.takes, **values["micro"]}}

    def screen(self) -> str:
        """Return what `zoo profile` prints."""
        from zoo.profiling.overview import screen

        return screen(self)

    def _repr_html_(self) -> str:
        """Show the operators and what should be known of them in a notebook."""
        from zoo.profiling.overview import html

        return html(self)


def shaped(values: Any) -> tuple[Shaped, ...]:
    """Return tensors out of the lists that a child told."""
    return tuple(Shaped(name, dtype, tuple(shape), stored) for name, dtype, shape, stored in values)


def _named(tuples: Any) -> list[dict[str, Any]]:
    return [one._asdict() for one in tuples]
