"""Random numbers for layers: Keras's own, or ones that cost little where XLA compiles a training program."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import keras
import tensorflow as tf

GOLDEN = 0x9E3779B9  # 2^32 over the golden ratio: successive counters lie far apart
FACTORS = 0x21F0AAAD, 0xD35A2D97  # with shifts by 16, 15 and 15 each bit of a counter turns over half of the answer's
PHILOX = 1  # as TensorFlow numbers its generators
_hashed: ContextVar[bool] = ContextVar("hashed_draws", default=False)


@contextmanager
def hashed() -> Iterator[None]:
    """Make `uniform` hash counters inside the block: as XLA compiles Keras's numbers they take most of a training."""
    token = _hashed.set(True)
    try:
        yield
    finally:
        _hashed.reset(token)


def uniform(x: Any, generator: keras.random.SeedGenerator) -> Any:
    """Return a float32 number from [0, 1) for each number in `x`; where they are hashed its shape must be known.

    A hashed one follows from its place in `x` and from the generator's state, which moves on as for Keras's.
    """
    if not _hashed.get():
        return _philox(tf.shape(x), tf.cast(generator.next(), "int32"))
    seed, count = tf.unstack(tf.cast(generator.next(), "uint32"))
    places = tf.reshape(tf.range(x.shape.num_elements(), dtype="int32"), x.shape)
    key = tf.bitwise.bitwise_xor(_mixed(seed), _mixed(count * _constant(GOLDEN)))
    bits = _mixed(tf.bitwise.bitwise_xor(tf.cast(places, "uint32") * _constant(GOLDEN), key))
    upper = tf.cast(tf.bitwise.right_shift(bits, _constant(8)), "int32")  # as many bits as float32 holds
    return tf.cast(upper, "float32") * 2.0**-24


def _philox(shape: Any, seed: Any) -> Any:
    """Return the numbers of `tf.random.stateless_uniform` (Salmon 2011) in a fourth of the operations."""
    key, counter = tf.raw_ops.StatelessRandomGetKeyCounter(seed=seed)
    return tf.raw_ops.StatelessRandomUniformV2(shape=shape, key=key, counter=counter, alg=PHILOX)


def _mixed(bits: Any) -> Any:
    """Return a hash of 32 bits that is another one for each (Wellons 2018, lowbias32)."""
    for shift, factor in zip((16, 15), FACTORS, strict=True):
        bits = _folded(bits, shift) * _constant(factor)
    return _folded(bits, 15)


def _folded(bits: Any, shift: int) -> Any:
    return tf.bitwise.bitwise_xor(bits, tf.bitwise.right_shift(bits, _constant(shift)))


def _constant(number: int) -> Any:
    return tf.constant(number, "uint32")
