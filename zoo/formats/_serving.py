"""A SavedModel with named inputs: prepared rows for `serve`, and raw ones for `classify` or `regress`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from zoo.errors import ConversionFailed
from zoo.formats._raw import ROWS, raw_dtype, signature_of
from zoo.formats._raw_graph import prepared
from zoo.microcontroller._samples import sample_rows
from zoo.preparation import Preparation

TRIED = 3  # made rows that both ways are compared by
SAME = 1e-3  # of a probability, or of a target's standard deviation: a pixel may be rounded to the other side


def write_served(model: keras.Model, path: Path, raw: Mapping[str, Any] | None) -> None:
    """Write `model` to the folder `path`, with a signature for raw rows where `raw` says what prepares them."""
    archive = keras.export.ExportArchive()
    spec = keras.InputSpec(dtype=model.input.dtype, shape=model.input.shape, name=ROWS)
    serve = archive.track_and_add_endpoint("serve", model, [spec])
    if raw is not None:
        _add_raw(archive, serve, raw)
    archive.write_out(str(path), verbose=False)


def _add_raw(archive: Any, serve: Any, raw: Mapping[str, Any]) -> None:
    preparation = Preparation.from_json(raw["preparation"])
    answer = _classifying(serve, raw) if preparation.target is None else _regressing(serve, raw, preparation)
    spec = tf.TensorSpec((None, *preparation.raw_shape), raw_dtype(preparation), name=ROWS)
    endpoint = archive.add_endpoint(signature_of(preparation), answer, [spec])
    _require_alike(endpoint, serve, preparation)


def _classifying(serve: Any, raw: Mapping[str, Any]) -> Any:
    """Return what gives raw rows their labels (n,), and `classes` with their `probabilities`, (n, classes) both."""
    names = raw["classes"]

    def classify(rows: Any) -> dict[str, Any]:
        probabilities = serve(prepared(raw["preparation"], rows))
        classes = tf.constant([names])
        return {
            "labels": tf.gather(classes[0], tf.argmax(probabilities, axis=1)),
            "classes": tf.tile(classes, [tf.shape(probabilities)[0], 1]),
            "probabilities": probabilities,
        }

    return classify


def _regressing(serve: Any, raw: Mapping[str, Any], preparation: Preparation) -> Any:
    """Return what gives raw rows their `quantities`, (n, outputs) float64 in the target's own units."""
    scale = preparation.target

    def regress(rows: Any) -> dict[str, Any]:
        answers = tf.cast(serve(prepared(raw["preparation"], rows)), tf.float64)
        return {"quantities": answers * scale.deviation + scale.mean}

    return regress


def _require_alike(endpoint: Any, serve: Any, preparation: Preparation) -> None:
    """Raise ConversionFailed unless made raw rows are answered as NumPy prepares them."""
    rows = sample_rows(preparation, TRIED).astype(raw_dtype(preparation))
    expected = serve(tf.constant(preparation.apply(rows))).numpy()
    found = endpoint(tf.constant(rows))
    if preparation.target is None:
        answers = found["probabilities"].numpy()
    else:
        answers = preparation.target.apply(found["quantities"].numpy())
    away = np.abs(answers - expected).max()
    if not away <= SAME:
        raise ConversionFailed(f"raw rows would be answered {away:.2g} away from prepared ones; report this")
