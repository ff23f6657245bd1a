"""The data of a run arrives in MLflow once, however often it is sent, with a digest that MLflow takes."""

from __future__ import annotations

import json

from search.record.spool import Spool
from search.tracking import ship

from .spools import EXPERIMENT, runs


def test_a_study_that_goes_on_has_its_data_once(tmp_path):
    for _ in range(2):
        with Spool(tmp_path, "digits") as spool:
            spool.start(EXPERIMENT, "digits")
            spool.input(
                "digits" * 100, "ab" * 32, source='a "path"/x.csv', profile='{"num_rows": 5}', context="training"
            )
            spool.end("FINISHED")
        assert ship(tmp_path).warnings == ()
    (found,) = runs(tmp_path)["digits"].inputs.dataset_inputs
    assert (found.dataset.name, found.dataset.digest) == (("digits" * 100)[:500], ("ab" * 32)[:36])
    assert json.loads(found.dataset.source) == {"uri": 'a "path"/x.csv'}
    assert json.loads(found.dataset.profile) == {"num_rows": 5}
    assert [(tag.key, tag.value) for tag in found.tags] == [("mlflow.data.context", "training")]
