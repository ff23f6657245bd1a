"""A function traced once and called without the dispatch that `tf.function` repeats at each call."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from threading import RLock
from typing import Any

import tensorflow as tf
from tensorflow.python.framework.ops import gradient_registry

_TRACING = RLock()


class Traced:
    """`function` of tensors as `signature` describes them, traced, and with `jit_compile` compiled, at the first call.

    All arguments must be tensors of that signature. A call costs some .2 ms less than one of the `tf.function` itself,
    which is a tenth of a small epoch.
    """

    def __init__(
        self, function: Callable[..., Any], signature: Sequence[tf.TensorSpec], jit_compile: bool = False
    ) -> None:
        def counted(*given: tf.Tensor) -> Any:
            self.traces += 1
            return function(*given)

        self.traces = 0
        self._function = tf.function(counted, tuple(signature), autograph=False, jit_compile=jit_compile)
        self._concrete: Any = None
        self._operations: int | None = None

    def __call__(self, *given: tf.Tensor) -> Any:
        """Return what the function gives for these tensors."""
        if self._concrete is None:
            with _no_gradients_left_behind():
                self._concrete = self._function.get_concrete_function()
        return self._concrete(*given)

    @property
    def operations(self) -> int:
        """Return how many operations the graph holds, those of its loops and branches too; 0 until it is traced."""
        if self._operations is None and self._concrete is not None:
            graph = self._concrete.graph.as_graph_def()
            self._operations = len(graph.node) + sum(len(function.node_def) for function in graph.library.function)
        return self._operations or 0


@contextmanager
def _no_gradients_left_behind() -> Iterator[None]:
    """Take back the gradients that tracing registers by name, for good, and each with all of its graph.

    Every Keras optimizer does so, by way of `tf.custom_gradient`, and some activations: a dropped program would keep
    5 MB and more. A traced program is not differentiated again, which is all they are for.
    """
    registry = getattr(gradient_registry, "_registry", {})
    with _TRACING:
        before = set(registry)
        try:
            yield
        finally:
            for name in set(registry) - before:
                del registry[name]
