"""Why trials ended early."""

from __future__ import annotations

import pytest

from search.aims import Aims, read_limits
from search.stopping.endings import alike, breaches, endings, listed
from search.trials import TrialRecord

from ..stories import of_goals


def pruned(slot, reason, state="pruned", **facts):
    return TrialRecord(slot, slot, 0, state, reason=reason, **facts)


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        (
            "stopped after epoch 3 at 0.7312: others were better by then",
            "stopped after epoch 3: others were better by then",
        ),
        (
            "stopped after epoch 9 at 1,204: others were better by then",
            "stopped after epoch 9: others were better by then",
        ),
        ("bytes is 23,436, at most 10,000 are wanted.", "bytes is …, at most … are wanted."),
        ("ValueError: x is 1e-07 (mlp.py:12)", "ValueError: x is … (mlp.py:…)"),
        ("Conv2D has no float16 kernel", "Conv2D has no float16 kernel"),
    ],
)
def test_reasons_that_differ_in_numbers_are_alike(reason, words):
    assert alike(reason) == words


def test_the_largest_groups_come_first_and_failures_after_what_was_pruned():
    found = endings(
        [
            pruned(0, "ValueError: 7", "failed"),
            pruned(1, "ram is 5, at most 4 are wanted."),
            pruned(2, "stopped after epoch 3 at 0.5: others were better by then"),
            pruned(3, "stopped after epoch 3 at 0.6: others were better by then"),
            pruned(4, None),
            TrialRecord(5, 5, 0, "finished", 1.0),
            pruned(6, "killed while it ran", "killed"),
        ]
    )
    assert [(one.state, one.slots) for one in found] == [
        ("pruned", (2, 3)),
        ("pruned", (4,)),
        ("pruned", (1,)),
        ("failed", (0,)),
        ("killed", (6,)),
    ]
    assert found[0].example == "stopped after epoch 3 at 0.5: others were better by then"


def test_many_slots_are_counted():
    assert listed(range(3)) == "#0, #1, #2"
    assert listed(range(20)).endswith("#11 and 8 more")


def test_each_limit_knows_the_trials_beyond_it_whether_they_were_trained_or_not():
    aims = Aims("accuracy", ("accuracy",), read_limits(["bytes=10k", "accuracy=0.9", "ram=1k"]))
    records = [
        pruned(0, "bytes is 12,000, ...", costs={"bytes": 12000, "ram": 500}),
        pruned(1, "...", costs={"bytes": 11000, "ram": 2000}),
        pruned(2, "accuracy is .800, ...", epochs=30, metrics={"accuracy": 0.8}, costs={"bytes": 9000}),
        pruned(3, "stopped after epoch 3 at 0.5: ...", epochs=3, costs={"bytes": 9000}),
        TrialRecord(4, 4, 0, "finished", 0.95, costs={"bytes": 9000}),
    ]
    by_name = {one.limit.name: (one.untrained, one.trained, one.nearest) for one in breaches(aims, records)}
    assert by_name == {"bytes": ((0, 1), (), 11000), "accuracy": ((), (2,), 0.8), "ram": ((1,), (), 2000)}


def test_of_earlier_versions_the_reason_tells_which_limit_was_broken():
    aims = Aims("accuracy", ("accuracy",), read_limits(["params=2k", "latency=2ms"]))
    records = [
        pruned(0, "params is 5,000, at most 2,000 are wanted; latency is 3.1 ms, at most 2 ms are wanted."),
        pruned(1, "stopped after epoch 3 at 0.5: others were better by then"),
    ]
    assert [(one.untrained, one.nearest) for one in breaches(aims, records)] == [((0,), None), ((0,), None)]


def test_a_study_without_limits_has_no_breaches():
    assert breaches(of_goals(limits=()).aims, of_goals().trials) == ()
