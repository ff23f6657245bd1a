"""The answers as text: columns that line up, commands that can be copied, and the plain truth about a baseline."""

from __future__ import annotations

import shlex
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console

from search.result import BaselineScore, Unreadable
from search.terminal import summary
from search.terminal.columns import NARROWEST
from search.terminal.summary import print_answer, print_artifact, print_studies
from zoo.goals import shown


def printed(capsys, function, *arguments):
    capsys.readouterr()
    function(*arguments)
    return capsys.readouterr().out


def test_the_answer_names_champion_files_and_place(study, capsys):
    champion = study.answer.champion
    text = printed(capsys, print_answer, study.answer, Path(), "zoo tune wine --trials 12")
    slot = champion.trial.rpartition("#")[2]
    assert f"champion #{slot} mlp: validation {shown('accuracy', champion.validation['accuracy'])}" in text
    for variant in champion.variants:
        assert f"{variant['bytes']:,}" in text
    assert "everything lies in mlruns/studies/wine\n" in text
    assert "zoo tune wine --trials 12" in text


def test_what_a_file_takes_of_its_device_is_told(study, capsys):
    taken = {"device": "micro", "flash": {"model": 4000}, "ram": {"arena": 2048}}
    variants = ({**study.answer.champion.variants[0], "precision": "int8", "footprint": taken},)
    answer = replace(study.answer, champion=replace(study.answer.champion, variants=variants))
    told = printed(capsys, print_answer, answer, Path())
    assert "on device micro   4,000 bytes of flash   2,048 bytes of RAM\n" in told
    assert "zoo export wine --device micro --precision int8 --out app   the file to ship\n" in told


def test_no_row_of_an_answer_ends_in_spaces(study, capsys):
    lines = printed(capsys, print_answer, study.answer, Path()).split("\n")
    assert lines == [line.rstrip() for line in lines]


def test_the_best_trials_come_first_with_the_values_that_were_searched(study, capsys):
    rows = printed(capsys, print_answer, study.answer, Path()).splitlines()[1 : 1 + len(study.answer.top)]
    for row, record in zip(rows, study.answer.top, strict=True):
        assert row.split()[:3] == [str(record.slot), record.builder, shown("accuracy", record.value)]
        assert f"units {record.values['model.units']}" in row
        assert "patience" not in row


def test_from_elsewhere_every_next_command_names_the_root(study, capsys):
    root = Path("an other/folder")
    text = printed(capsys, print_answer, study.answer, root)
    assert f"everything lies in {root}/mlruns/studies/wine\n" in text
    for command in ("zoo ui", "zoo status wine", "zoo export wine --precision int8 --out app"):
        assert f"{command} --root {shlex.quote(str(root))} " in text


def test_a_baseline_that_wins_is_said_to_win(study, capsys):
    better = [
        replace(baseline, validation={**baseline.validation, "accuracy": 2.0}, test={**baseline.test, "accuracy": 2.0})
        for baseline in study.answer.baselines
    ]
    text = printed(capsys, print_answer, replace(study.answer, baselines=tuple(better)), Path())
    assert "the baseline wins: majority, best on test rows, does better than the best model of this study" in text


def test_a_skipped_variant_says_why(study, capsys):
    first, *rest = study.answer.champion.variants
    skipped = {**first, "bytes": None, "test": None, "proof": None, "path": None, "skipped": "the converter died"}
    champion = replace(study.answer.champion, variants=(skipped, *rest))
    assert "skipped: the converter died" in printed(
        capsys, print_answer, replace(study.answer, champion=champion), Path()
    )


@pytest.mark.parametrize(
    ("proof", "words"),
    [
        ({"passed": False, "reasons": ["agrees on .5", "loses .2"]}, "FAILED: agrees on .5; loses .2"),
        ({"passed": True, "tolerance": {"max_abs_diff": 1e-4}, "max_abs_diff": 0.0}, "ok, identical"),
        ({"passed": True, "tolerance": {"max_abs_diff": 1e-4}, "max_abs_diff": 4e-7}, "ok, differs by at most 4e-07"),
        (
            {"passed": True, "tolerance": {"max_abs_diff": None}, "label_agreement": 0.99, "rows": 200},
            "ok, 198 of 200 labels agree",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_proof_is_told_in_words(proof, words):
    assert summary.verdict(proof) == words


@pytest.mark.parametrize(
    ("baseline", "words"),
    [(0.95, "the baseline wins: logistic"), (0.9, "no better than the baseline: logistic"), (0.8, None)],
)
def test_a_baseline_that_is_as_good_is_named_plainly(study, baseline, words):
    champion = replace(study.answer.champion, test={"accuracy": 0.9})
    others = [
        BaselineScore(name, {"accuracy": score}, {"accuracy": score})
        for name, score in (("majority", 0.3), ("logistic", baseline))
    ]
    lines = summary.humility(replace(study.answer, champion=champion, baselines=tuple(others)))
    assert lines[0].startswith(words) if words else lines == []


def test_a_baseline_that_wins_on_test_rows_alone_is_told_from_the_best_on_validation_rows(study):
    scores = {"logistic": (0.9, 0.7), "boosting": (0.8, 0.95)}
    others = tuple(BaselineScore(name, {"accuracy": v}, {"accuracy": t}) for name, (v, t) in scores.items())
    champion = replace(study.answer.champion, test={"accuracy": 0.9})
    (line,) = summary.humility(replace(study.answer, champion=champion, baselines=others))
    assert line.startswith("the baseline wins: boosting, best on test rows (logistic was on validation rows), does")


def test_without_baselines_there_is_nothing_to_be_humble_about(study, capsys):
    alone = replace(study.answer, baselines=())
    assert summary.humility(alone) == []
    assert "baseline" not in printed(capsys, print_answer, alone, Path())


@pytest.mark.parametrize(
    ("passed", "option"),
    [(("float32", "int8"), "--precision int8"), (("float32",), "--precision float32"), ((), "--format keras_file")],
)
def test_only_a_file_whose_proof_holds_is_offered(study, passed, option):
    variants = tuple(
        {**one, "proof": {**one["proof"], "passed": one["precision"] in passed}}
        for one in study.answer.champion.variants
    )
    answer = replace(study.answer, champion=replace(study.answer.champion, variants=variants))
    commands = summary.next_commands(answer, {})
    assert f"zoo export wine {option} --out app" in commands
    assert ("needs no TensorFlow" in commands["zoo predict app ROWS.csv"]) == bool(passed)


@pytest.mark.parametrize(
    ("sizes", "option"),
    [
        ({"float32": 458_920, "int8": 1_080_184}, "float32"),
        ({"float32": 458_920, "float16": 232_000, "int8": 1_080_184}, "float16"),
        ({"float32": 1000, "int8": 1000}, "int8"),
        ({"float32": 1000, "dynamic": 300, "int8": 400}, "int8"),
        ({"int8": 400, "dynamic": 300}, "int8"),
    ],
)
def test_integers_are_offered_where_their_file_is_no_larger_than_that_in_floats(study, sizes, option):
    like = study.answer.champion.variants[0]
    variants = tuple(
        {**like, "format": "tflite", "precision": name, "bytes": size, "proof": {**like["proof"], "passed": True}}
        for name, size in sizes.items()
    )
    answer = replace(study.answer, champion=replace(study.answer.champion, variants=variants))
    assert f"zoo export wine --precision {option} --out app" in summary.next_commands(answer, {})


def test_studies_are_a_row_each(study, capsys):
    rows = printed(capsys, print_studies, [study.answer, replace(study.answer, study="other", champion=None)])
    assert [row.split()[0] for row in rows.splitlines()] == ["study", "wine", "other"]


def test_studies_that_were_compressed_say_so_in_a_column_that_others_do_without(study, capsys):
    answers = [Unreadable("torn", "study.json is torn"), study.answer, replace(study.answer, study="other")]
    head, torn, wine, other = printed(capsys, print_studies, answers, {"other": "unfinished"}).splitlines()
    assert (head.split()[-1], other.split()[-1]) == ("compressed", "unfinished")
    assert "unfinished" not in torn + wine
    assert "compressed" not in printed(capsys, print_studies, answers, {})


def test_what_else_was_made_of_a_study_stands_before_its_place(study, capsys):
    lines = printed(capsys, print_answer, study.answer, Path(), "", ["it was compressed"]).splitlines()
    place = lines.index("it was compressed")
    assert lines[place - 1] == lines[place + 1] == ""
    assert lines[place + 2].startswith("everything lies in")


def test_a_study_that_cannot_be_read_keeps_its_row_among_the_others(study, capsys):
    rows = printed(capsys, print_studies, [Unreadable("torn", "study.json is torn"), study.answer]).splitlines()
    assert rows[1].split() == ["torn", "unreadable"]
    assert rows[2].split()[0] == "wine"


def test_an_export_prints_a_command_that_can_be_copied(exports, capsys):
    artifact = exports["mlp", "tflite", "int8"]
    text = printed(capsys, print_artifact, replace(artifact, path=Path("my files/app")))
    assert "next   zoo predict 'my files/app' ROWS.csv" in text
    assert f"{artifact.bytes:,} bytes" in text


def test_an_export_says_what_was_mixed(exports, capsys):
    artifact = exports["mlp", "tflite", "mixed"]
    assert f"{artifact.bits.line()}\n" in printed(capsys, print_artifact, artifact)
    assert "\nweights" not in printed(capsys, print_artifact, exports["mlp", "tflite", "int8"])


@pytest.mark.parametrize("width", [40, 80, 200])
def test_on_a_narrow_terminal_only_values_are_wrapped(study, width, capsys, monkeypatch):
    monkeypatch.setattr(summary, "stdout", lambda: Console(width=max(width, NARROWEST), highlight=False))
    text = printed(capsys, print_answer, study.answer, Path())
    heads = [line for line in text.splitlines() if line.startswith(("#  builder", "format"))]
    assert heads[0].split() == ["#", "builder", "validation", "epochs", "parameters", "values"]
    assert "against float32  proof" in heads[1]
    assert text.count("learning_rate") == len(study.answer.top)


def test_event_files_are_where_they_are_typed_from(study, tmp_path):
    folder = tmp_path / study.answer.folder / "tensorboard"
    folder.mkdir(parents=True)
    within = list(summary.next_commands(study.answer, {}, root=tmp_path))
    assert f"tensorboard --logdir {study.answer.folder}/tensorboard" in within
    outside = list(summary.next_commands(study.answer, {}, f" --root {tmp_path}", tmp_path))
    assert f"tensorboard --logdir {folder}" in outside
