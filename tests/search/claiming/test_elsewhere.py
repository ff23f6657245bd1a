"""What became of trials elsewhere is read as it changes: each change once, and as Optuna's tables have it."""

from __future__ import annotations

import pytest
from optuna.trial import TrialState
from sqlalchemy import event

from search.claiming.elsewhere import Elsewhere
from search.claiming.ledger import Ledger, records
from search.claiming.storage import open_study
from search.claiming.tables import engine_of

from ..studies import attempts, run


@pytest.fixture
def study(tmp_path):
    return open_study(tmp_path, "s")


def begin(study, slot, attempt=0):
    trial = study.ask()
    for name, value in (("slot", slot), ("attempt", attempt)):
        trial.set_user_attr(name, value)
    return trial


def told(elsewhere, ledger, own=()):
    found = elsewhere.news(ledger, own)
    for record in found:
        ledger.add(record)
    return [(record.slot, record.state) for record in found]


def test_a_trial_is_told_when_it_begins_and_when_it_ends(study):
    elsewhere, ledger = Elsewhere(study), Ledger()
    trial = begin(study, 0)
    assert told(elsewhere, ledger) == [(0, "running")]
    assert told(elsewhere, ledger) == []
    begin(study, 1)
    study.tell(trial, 0.5)
    assert told(elsewhere, ledger) == [(0, "finished"), (1, "running")]
    assert told(elsewhere, ledger) == []


def test_what_is_told_equals_what_is_read_as_a_whole(study, tmp_path):
    run(tmp_path, 4)
    trial = begin(study, 4)
    trial.set_user_attr("values", {"x": 1.5})
    trial.set_user_attr("facts", {"builder": "mlp", "parameters": 7})
    study.tell(trial, state=TrialState.PRUNED)
    found = Elsewhere(study).news(Ledger(), ())
    assert [vars(record) for record in found] == [vars(record) for record in attempts(tmp_path)]
    assert all(record.foreign for record in found)


def test_scores_of_several_goals_are_told_in_their_order(tmp_path):
    study = open_study(tmp_path, "s", ["maximize", "minimize"])
    study.tell(begin(study, 0), [0.9, 12.0])
    (record,) = Elsewhere(study).news(Ledger(), ())
    assert (record.value, record.scores) == (0.9, (0.9, 12.0))


def test_what_the_ledger_knows_and_what_is_our_own_is_no_news(study):
    study.tell(begin(study, 0), 0.5)
    ledger, own = Ledger(records(study)), begin(study, 1)
    elsewhere = Elsewhere(study)
    assert told(elsewhere, ledger, {own._trial_id}) == []
    study.tell(own, 0.5)
    assert told(elsewhere, ledger, {own._trial_id}) == []


def test_an_own_trial_that_others_ended_is_news_once_it_is_let_go(study):
    elsewhere, ledger, own = Elsewhere(study), Ledger(), begin(study, 0)
    assert told(elsewhere, ledger, {own._trial_id}) == []
    study.tell(own, 0.5)
    assert told(elsewhere, ledger) == [(0, "finished")]


def test_trials_of_other_studies_and_without_a_slot_are_none_of_ours(study, tmp_path):
    elsewhere, ledger = Elsewhere(study), Ledger()
    begin(open_study(tmp_path, "t"), 0)
    study.tell(study.ask(), 0.5)
    assert told(elsewhere, ledger) == []


def test_a_long_study_costs_no_more_rows_than_a_short_one(study, tmp_path):
    elsewhere, ledger, rows = Elsewhere(study), Ledger(), []
    run(tmp_path, 30)
    told(elsewhere, ledger)

    @event.listens_for(engine_of(study), "before_cursor_execute")
    def asked(_connection, _cursor, statement, parameters, *_):
        if "trials" in statement:
            rows.append(parameters)

    assert told(elsewhere, ledger) == []
    assert rows == [(1, 30)]  # one question: this study's, younger than the last one
