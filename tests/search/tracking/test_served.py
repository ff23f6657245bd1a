"""`mlflow models serve` answers raw rows over HTTP with a study's champion, on the loopback address, and ends."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.request import ProxyHandler, Request, build_opener

import mlflow
import numpy as np
import pandas as pd
import pytest
from sklearn.datasets import load_wine

import zoo
from search.tracking import tracking_uri

from ..whole_studies import tune

direct = build_opener(ProxyHandler({}))


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def served(root: Path, model: str, log: Path) -> Iterator[str]:
    """Yield the address of a model that answers; its processes are gone afterwards."""
    port = free_port()
    command = [sys.executable, "-m", "mlflow", "models", "serve", "-m", model, "--env-manager", "local"]
    command += ["--host", "127.0.0.1", "--port", str(port)]
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    settings = {"MLFLOW_TRACKING_URI": tracking_uri(root), "MLFLOW_DISABLE_TELEMETRY": "true", "PATH": path}
    with log.open("wb") as out:
        process = subprocess.Popen(
            command, stdout=out, stderr=out, env={**os.environ, **settings}, cwd=log.parent, start_new_session=True
        )
    address = f"http://127.0.0.1:{port}"
    try:
        wait_until_it_answers(process, f"{address}/ping", log)
        yield address
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(30)
        wait_until_it_is_gone(process.pid, port)


def wait_until_it_is_gone(group: int, port: int) -> None:
    """Wait for the worker, which may outlive the process that started it by some seconds."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)):
                return
        time.sleep(0.1)
    os.killpg(group, signal.SIGKILL)
    pytest.fail("the server did not end on SIGTERM")


def wait_until_it_answers(process: subprocess.Popen[bytes], address: str, log: Path) -> None:
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        assert process.poll() is None, log.read_text()
        with suppress(OSError), direct.open(address, timeout=5) as answer:
            if answer.status == 200:
                return
        time.sleep(0.2)
    pytest.fail(log.read_text())


def post(address: str, body: dict) -> dict:
    request = Request(address, json.dumps(body).encode(), {"Content-Type": "application/json"})
    with direct.open(request, timeout=60) as answer:
        return json.load(answer)


@pytest.mark.slow
def test_a_served_champion_answers_raw_rows(study, tmp_path):
    rows = load_wine(as_frame=True).data.iloc[::30]
    expected = zoo.load(study.folder / "exports" / "tflite-float32").predict(rows)
    with served(study.root, "models:/wine@champion", tmp_path / "serve.log") as address:
        answer = post(f"{address}/invocations", {"dataframe_split": rows.to_dict("split", index=False)})
    assert [row["prediction"] for row in answer["predictions"]] == list(expected.labels)
    for row, probabilities in zip(answer["predictions"], expected.probabilities, strict=True):
        assert [row[name] for name in expected.classes] == pytest.approx(probabilities, abs=1e-6)


@pytest.fixture(scope="module")
def others(tmp_path_factory) -> Path:
    """A root with a study of images and one of quantities, a trial each."""
    root = tmp_path_factory.mktemp("others")
    for data in ("digits", "diabetes"):
        tune(root, data, trials=1)
    return root


def champion_of(root: Path, study: str) -> mlflow.pyfunc.PyFuncModel:
    mlflow.set_tracking_uri(tracking_uri(root))
    return mlflow.pyfunc.load_model(f"models:/{study}@champion")


@pytest.mark.slow
@pytest.mark.parametrize("dtype", ["float64", "float32", "uint8"])
@pytest.mark.parametrize("shape", [(8, 8, 1), (8, 8), (64,)])
def test_images_are_arrays_of_any_number(others, dtype, shape):
    x = zoo.load_data("digits").x[:5].reshape(5, *shape).astype(dtype)
    expected = zoo.load(others / "mlruns/studies/digits/exports/tflite-float32").predict(x.reshape(5, 8, 8, 1))
    answers = champion_of(others, "digits").predict(x)
    assert list(answers.prediction) == list(expected.labels)
    assert answers[list(expected.classes)].to_numpy() == pytest.approx(expected.probabilities, abs=1e-6)


@pytest.mark.slow
def test_quantities_are_in_the_units_of_the_target(others):
    dataset = zoo.load_data("diabetes")
    rows = pd.DataFrame(dataset.x[:5], columns=list(dataset.columns))
    answers = champion_of(others, "diabetes").predict(rows)
    assert list(answers) == ["prediction"]
    expected = zoo.load(others / "mlruns/studies/diabetes/exports/tflite-float32").predict(rows).quantities
    assert answers.prediction.to_numpy() == pytest.approx(expected, rel=1e-6)
    assert answers.prediction.between(dataset.y.min(), dataset.y.max()).all()


TEXTS = ["a happy sunny day", "an awful rainy one"]


@pytest.fixture(scope="module")
def texts(tmp_path_factory) -> Path:
    """A root with a study of texts, a trial."""
    root = tmp_path_factory.mktemp("texts")
    lines = [f"{at % 2}\t{TEXTS[at % 2]} {'and more ' * (at % 3)}number {at}" for at in range(60)]
    (root / "lines.txt").write_text("\n".join(lines))
    tune(root, str(root / "lines.txt"), trials=1)
    return root


@pytest.mark.slow
def test_texts_are_a_list_an_array_or_the_column_of_a_frame(texts):
    model = champion_of(texts, "lines")
    expected = zoo.load(texts / "mlruns/studies/lines/exports/tflite-float32").predict(TEXTS)
    for rows in (TEXTS, np.array(TEXTS), pd.Series(TEXTS), pd.DataFrame({"words": TEXTS})):
        assert list(model.predict(rows).prediction) == list(expected.labels)


@pytest.mark.slow
@pytest.mark.parametrize("rows", [TEXTS[0], [1.5], np.zeros((2, 3)), pd.DataFrame({"a": TEXTS, "b": TEXTS})])
def test_what_is_no_text_is_refused_with_what_is_taken(texts, rows):
    with pytest.raises(Exception, match="This model takes texts: a list of them, an array, or a data frame"):
        champion_of(texts, "lines").predict(rows)
