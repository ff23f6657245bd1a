"""Seeds that depend on the study and the slot alone: the same in every process, on every machine, in any order."""

from __future__ import annotations

from hashlib import sha256

SEEDS = 2**31  # NumPy, Keras and TensorFlow all take 0 to 2**31 - 1


def slot_seed(study_seed: int, slot: int, purpose: str) -> int:
    """Return the seed of one slot for one purpose, such as "sampler" or "training"; 0 <= seed < 2**31."""
    digest = sha256(f"{study_seed}/{slot}/{purpose}".encode()).digest()
    return int.from_bytes(digest[:8], "big") % SEEDS
