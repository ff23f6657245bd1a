"""What a proof found, in a line: each part is there when it is known, and left away when it is not."""

from __future__ import annotations

import pytest

from zoo.proving.differences import differences

SHARES = {
    **{"label_agreement": 0.98, "metric": "accuracy", "metric_change": -0.0125},
    **{"metric_change_interval": [-0.0312, 0.0062]},
    "worst_class": {"name": "8", "rows": 20, "recall_change": -0.05},
    "operators": {"int8": {"CONV_2D": 3}, "float32 to int8": {"QUANTIZE": 1}, "float32 with int4 weights": {"ADD": 1}},
}


def test_shares_are_told_in_points_with_what_chance_leaves_open():
    assert differences(SHARES).split("   ") == [
        "accuracy -1.2 points (95 %: -3.1 to +0.62)",
        "worst class 8: -5 points of its 20 rows",
        "3 of 4 operators compute in integers, 1 converts to or from them",
    ]


def test_quantities_are_told_in_standard_deviations():
    proof = {**SHARES, "label_agreement": None, "metric": "rmse", "metric_change": -0.004, "worst_class": None}
    proof |= {"metric_change_interval": [-0.006, -0.002], "operators": None}
    assert differences(proof) == "rmse -0.004 standard deviations, gains positive (95 %: -0.006 to -0.002)"


@pytest.mark.parametrize("missing", ["metric_change_interval", "worst_class", "operators"])
def test_what_is_not_known_is_left_away(missing):
    assert len(differences({**SHARES, missing: None})) < len(differences(SHARES))


def test_operators_of_floats_alone_convert_nothing():
    kinds = {"float32": {"CONV_2D": 2}, "float16 to float32": {"DEQUANTIZE": 4}, "int32": {"PACK": 1}}
    assert differences({**SHARES, "operators": kinds}).endswith("   0 of 2 operators compute in integers")
    assert "operators" not in differences({**SHARES, "operators": {"int32": {"PACK": 1}}})


def test_answers_that_are_not_finite_leave_nothing_to_tell():
    assert differences(dict.fromkeys(SHARES)) == ""
