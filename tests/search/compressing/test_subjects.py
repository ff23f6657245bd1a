"""What may be made smaller: bundles of models that were compressed before are opened as well, with their structure."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from search.compressing.attempts import smaller
from search.compressing.subjects import find_subject
from zoo.compression import compress
from zoo.errors import Unsupported
from zoo.exporting import export

pytestmark = pytest.mark.slow
NARROW = {"method": "channels", "share": 0.5, "rounds": 1, "epochs": 1}


@pytest.fixture(scope="module")
def narrow(champions, digits, workspace):
    return compress(champions["mlp"], digits, NARROW, workspace=workspace)


@pytest.fixture(scope="module")
def bundle(narrow, digits, tmp_path_factory):
    return export(narrow, digits, "keras_file", out=tmp_path_factory.mktemp("bundle") / "narrow").path


def test_a_keras_bundle_of_a_compressed_model_holds_its_structure_and_weights(bundle, narrow, digits, tmp_path):
    subject = find_subject(str(bundle), None, tmp_path)
    assert subject.trained.config is not None
    assert subject.trained.recipe.compress == narrow.recipe.compress
    assert all(map(np.array_equal, subject.trained.weights, narrow.weights))
    np.testing.assert_array_equal(subject.trained.predict(digits.test.x), narrow.predict(digits.test.x))


def test_it_is_made_smaller_still_and_its_recipe_names_every_step(bundle, tmp_path):
    subject = find_subject(str(bundle), None, tmp_path)
    again = smaller(subject, ({**NARROW, "share": 0.4},))
    assert [step["share"] for step in again.recipe.compress] == [0.5, 0.4]
    assert again.parameters < subject.trained.parameters


def test_what_it_was_before_is_no_teacher_of_it(bundle, tmp_path):
    subject = find_subject(str(bundle), None, tmp_path)
    for steps in (
        ({"method": "distil", "teacher": "original"},),
        (NARROW, {"method": "distil", "teacher": "original"}),
    ):
        with pytest.raises(Unsupported, match="is not at hand"):
            smaller(subject, steps)


def test_a_model_that_was_kept_on_disk_knows_its_original(champions, digits, workspace, tmp_path):
    path = export(champions["mlp"], digits, "keras_file", out=tmp_path / "whole").path
    subject = find_subject(str(path), None, tmp_path)
    first = smaller(subject, (NARROW,))
    kept = smaller(subject, (NARROW,))
    assert first is not kept
    assert kept.before is subject.trained
    assert replace(first, before=None).parameters == kept.parameters
