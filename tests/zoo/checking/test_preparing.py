"""What a preparation does, in words and in numbers."""

import json

import numpy as np
import pandas as pd

from zoo.checking.preparing import facts_of, in_words
from zoo.data import load_data
from zoo.preparation.tokenise import Tokenise
from zoo.splits import split

FRAME = pd.DataFrame(
    {
        "town": ["Rome", "Oslo", "Bonn"] * 20,
        "age": [np.nan, *range(59)],
        "price": np.linspace(1, 3, 60),
    }
)


def test_texts_gaps_numbers_and_the_target_are_told_with_their_counts():
    preparation = split(load_data(FRAME, target="price")).preparation
    said = "; ".join(in_words(preparation))
    assert "encode 1 column of text as 3 flags" in said
    assert "standardise" in said
    assert said.endswith(f"target less {preparation.target.mean:.4g}, over {preparation.target.deviation:.4g}")


def test_facts_are_json_and_count_what_lists_hold():
    facts = json.loads(json.dumps(facts_of(split(load_data(FRAME, target="price")).preparation)))
    assert facts[0]["step"] == "encode"
    assert (facts[0]["columns"], facts[0]["kept"]) == (1, 3)
    assert facts[-1]["step"] == "scale of the target"


def test_a_vocabulary_is_told_by_its_size():
    from zoo.preparation import Preparation

    step = Tokenise.fit(np.array(["one two two", "two three"] * 5, object), vocabulary=100, length=3)
    (said,) = in_words(Preparation((), (), (step,), "int32", modality="text"))
    assert said == f"tokenise with {len(step.words)} words, 3 a text"


def test_steps_without_words_of_their_own_are_told_by_their_fields():
    preparation = split(load_data("digits")).preparation
    assert in_words(preparation) == ["rescale (largest 16.0)"]


def test_every_scale_of_numbers_is_told_by_its_columns(tmp_path):
    frame = pd.DataFrame(
        {
            "day": pd.date_range("2024-01-01", periods=60).astype(str),
            "size": np.exp(np.linspace(0, 9, 60)),
            "y": np.arange(60) % 2,
        }
    )
    dataset = load_data(frame, target="y")
    said = {
        numbers: " ".join(in_words(split(dataset, preparation={"numbers": numbers}).preparation))
        for numbers in ("standardise", "quantile", "log", "piecewise")
    }
    assert "of times apart into" in said["standardise"]
    assert "by rank" in said["quantile"]
    assert "take the logarithm of" in said["log"]
    assert "bins" in said["piecewise"]


def test_recordings_become_bands(tmp_path):
    from zoo.preparation import PREPARATIONS, Preparation

    waves = np.empty(6, object)
    waves[:] = [np.random.default_rng(i).normal(size=4000).astype(np.float32) for i in range(6)]
    step = PREPARATIONS.get("log_mel").from_json(
        {"name": "log_mel", "rate": 8000, "samples": 4000, "window": 200, "hop": 80, "means": [0.0] * 40}
        | {"deviations": [1.0] * 40, "noises": []}
    )
    (said,) = in_words(Preparation((), (), (step,), modality="audio", facts={"rate": 8000}))
    assert said == "cut or pad to 0.5 s, log-mel of 40 bands over 200 samples each 80"
