"""The `zoo` command: every option, one line for every mistake, data on stdout and talk on stderr."""

from __future__ import annotations

import json
import re
import shutil
import sqlite3
from contextlib import closing

import numpy as np
import pytest
import typer

from search.care.moving import follow
from search.claiming.storage import database
from search.cli import app

from .compressing.files import answer as tried

DATA_OPTIONS = (
    "--target --reader --rows --task --ignore --weight --id --group --time --lookback --horizon --pattern --memory"
)
COMMANDS = {
    "tune": f"{DATA_OPTIONS} --augment --builder --trials --epochs --study --seed --goal --limit --precision "
    "--sampler --pruner --workers --fidelity --timeout --trial-timeout --stop-after-no-gain --from --set --space "
    "--root --quiet --json --hypermodel --repeats --finalists --dry-run --folds "
    "--compress --device --plugin --tensorboard --tracking-uri",
    "status": "--root --json --watch",
    "export": "--format --precision --device --out --force --latency --io --strip --sparse --root --json --plugin",
    "compress": "--max-drop --limit --budget --device --plugin --tracking-uri --root --quiet --json",
    "profile": "--calls --shape --picture --json",
    "delete": "--confirm --tracking-uri --root --json",
    "clean": "--keep --dry-run --root --json",
    "backup": "--force --root --json",
    "report": "--out --force --root --json",
    "show": "--task --target --reader --set --picture --plugin --json",
    "evaluate": "--target --json",
    "verify": "--target --against --json",
    "ui": "--tracking-uri --root --port",
    "worker": "--root --storage --workers --tracking-uri --quiet",
    "list": "--plugin --json",
    "test-plugin": "--json",
    "check": f"{DATA_OPTIONS} --pictures --json",
    "predict": "--json",
    "run": "--data --test --root --json --plugin",
}
ROWS = [f"{a},{b},{'no' if a < 3 else 'yes'}" for a in range(6) for b in range(6)]
TABLES = {
    "good.csv": ["a,b,y", *ROWS],
    "empty.csv": [],
    "header.csv": ["a,b,y"],
    "one_class.csv": ["a,b,y", *["1,2,no"] * 10],
    "few_rows.csv": ["a,y", "1,p", "2,q", "3,r"],
    "no_column.csv": ["b,y", *[",no", ",yes"] * 10],
    "text.csv": ["a,b,y", *["1,3,no", "2,4,yes"] * 10, "1,x,no"],
    "one_quantity.csv": ["a,y", *[f"{a},1.5" for a in range(40)]],
}
TUNE = ("tune", "good.csv", "--target", "y")
MISTAKES = {  # what is typed: what the line says, then what it offers
    ("tune", "missing.csv", "--target", "y"): ("'missing.csv' is neither a file nor", "digits"),
    ("tune", "dgits"): ("'dgits' is neither a file nor", "did you mean 'digits'"),
    ("tune", "empty.csv", "--target", "y"): ("empty.csv is empty", "header and rows"),
    ("tune", "header.csv", "--target", "y"): ("no rows", "Add"),
    ("tune", "good.csv"): ("needs the column to learn", "--target COLUMN"),
    ("tune", "good.csv", "--target", "z"): ("no column is named 'z'", "a, b, y"),
    ("tune", "one_class.csv", "--target", "y"): ("one class, 'no'", "Add"),
    ("tune", "few_rows.csv", "--target", "y"): ("class 'p' has 1 row", "Add rows"),
    ("tune", "no_column.csv", "--target", "y"): ("b", "Add"),
    ("tune", "text.csv", "--target", "y"): ("column 'b'", "'x'"),
    ("tune", "one_quantity.csv", "--target", "y"): ("the target is 1.5 in all 40 rows", "Choose"),
    ("tune", "objects.npz"): ("Python objects", ".astype"),
    ("tune", "digits", "--target", "y"): ("brings its own target", "Leave"),
    (*TUNE, "--builder", "mpl"): ("no builder is named 'mpl'", "did you mean 'mlp'"),
    (*TUNE, "--builder", ""): ("no builder is named ''", "mlp"),
    (*TUNE, "--builder", "cnn"): ("cnn takes image", "mlp"),
    (*TUNE, "--trials", "0"): ("trials is 0", "--trials 20"),
    (*TUNE, "--trials", "10000000000"): ("trials is 10000000000", "--trials 20"),
    (*TUNE, "--trials", "many"): ("--trials is 'many'; it must be a whole number", "--trials 20"),
    (*TUNE, "--trials"): ("requires an argument", "zoo tune --help"),
    (*TUNE, "--epochs=0"): ("train.epochs is 0", "train.epochs=1"),
    (*TUNE, "--epochs", "3", "--set", "train.epochs=4"): ("4 by --set and 3 by --epochs", "Remove one"),
    (*TUNE, "--study", "a/b"): ("study is 'a/b'", "--study a-b"),
    (*TUNE, "--study", ""): ("study is ''", "--study study"),
    (*TUNE, "--study", "x" * 300): ("at most 160", "--study xxx"),
    (*TUNE, "--seed", "-1"): ("seed is -1", "--seed 0"),
    (*TUNE, "--goal", "acuracy"): ("no goal is named 'acuracy'", "'accuracy'"),
    (*TUNE, "--sampler", "tep"): ("no sampler is named 'tep'", "'tpe'"),
    (*TUNE, "--pruner", "asah"): ("no pruner is named 'asah'", "'asha'"),
    (*TUNE, "--workers", "65"): ("workers is 65; 0 (train in this process) to 64", "--workers 1"),
    (*TUNE, "--workers", "many"): ("--workers is 'many'; it must be a whole number", "--workers 1"),
    (*TUNE, "--fidelity", "row"): ("train.fidelity is row; train allows epochs, rows", "train.fidelity=epochs"),
    (*TUNE, "--fidelity", "rows", "--set", "train.fidelity=rows"): ("by --set and rows by --fidelity", "Remove one"),
    (*TUNE, "--trial-timeout", "0"): ("trial-timeout is 0", "--trial-timeout 60"),
    (*TUNE, "--timeout", "nan"): ("timeout is nan", "--timeout 60"),
    (*TUNE, "--timeout", "soon"): ("--timeout is 'soon'; it must be a number", "--timeout 1"),
    (*TUNE, "--set", "model.depth=12"): ("model.depth is 12; mlp allows 1 to 8", "model.depth=8"),
    (*TUNE, "--set", "model.dpeth=2"): ("no parameter is named 'model.dpeth'", "'model.depth'"),
    (*TUNE, "--set", "model.depth"): ("--set is 'model.depth'", "NAME=VALUE"),
    (*TUNE, "--set", "model.depth=2", "--space", "model.depth=1,2"): ("both --set and --space", "Remove one"),
    (*TUNE, "--set", "train.monitor=accuracy"): ("follows from the goal", "--goal"),
    (*TUNE, "--space", "model.depth=3:1"): ("from 3 to 1", "model.depth=1:3"),
    (*TUNE, "--space", "model.depth=,"): ("empty value", "spare comma"),
    (*TUNE, "--space", "@none.json"): ("none.json cannot be read", "Check the path"),
    (*TUNE, "--root", "good.csv"): ("good.csv/mlruns cannot be written", "--root"),
    (*TUNE, "--root", "/proc/none"): ("/proc/none/mlruns cannot be written", "--root"),
    (*TUNE, "--tarials", "3"): ("no option is named '--tarials'", "did you mean '--trials'"),
    (*TUNE, "more"): ("unexpected extra argument", "zoo tune --help"),
    ("tune",): ("tune needs DATA", "digits"),
    ("tnue", "digits"): ("no command is named 'tnue'", "did you mean 'tune'"),
    ("TUNE", "digits"): ("no command is named 'TUNE'", "did you mean 'tune'"),
    ("frobnicate",): ("no command is named 'frobnicate'", "Known: backup, check, clean, compress, delete, evaluate"),
    ("--verison",): ("no option is named '--verison'", "did you mean '--version'"),
    ("status", "none"): ("no study is named 'none'", "zoo tune"),
    ("status", "a/b"): ("study is 'a/b'", "letters"),
    ("export",): ("export needs STUDY", "zoo export --help"),
    ("export", "none"): ("no study is named 'none'", "zoo tune"),
    ("export", "none#1"): ("no study is named 'none'", "zoo tune"),
    ("compress", "none", "--plugin", "none.py"): ("none.py cannot be read", "check the path"),
    ("ui", "none"): ("no study is named 'none'", "zoo tune"),
    ("ui",): ("no trials are tracked", "zoo tune digits"),
    ("worker",): ("worker needs STUDY", "zoo worker --help"),
    ("worker", "none"): ("no study is named 'none'", "zoo tune"),
    ("worker", "a/b"): ("study is 'a/b'", "letters"),
}


@pytest.fixture
def data(tmp_path):
    """The tables in the folder that commands run in."""
    for name, lines in TABLES.items():
        (tmp_path / name).write_text("".join(f"{line}\n" for line in lines))
    np.savez(tmp_path / "objects.npz", x=np.array([[{}], [{}]], dtype=object), y=np.array([0, 1]))


@pytest.fixture
def rooted(study, tmp_path):
    """A copy of the finished study of wine, to change."""
    with closing(sqlite3.connect(database(study.root))) as kept:  # while it is open nobody removes the log beside it
        kept.execute("SELECT name FROM sqlite_master").fetchall()
        root = shutil.copytree(study.root, tmp_path / "rooted")
    follow(root)  # which the next command would do, and say
    return root


def mistake(said):
    """Return the one line that a mistake is told in."""
    *talk, line = said.err.splitlines()
    assert said.code == 2, said
    assert line.startswith("zoo: ")
    assert not any(text.startswith("zoo: ") or "Traceback" in text for text in talk)
    assert said.out == ""
    return line


@pytest.mark.parametrize("typed", MISTAKES, ids=" ".join)
def test_a_mistake_is_one_line_with_the_cure_and_leaves_nothing(typed, data, zoo_command, tmp_path):
    before = sorted(tmp_path.rglob("*"))
    line = mistake(zoo_command(*typed))
    for words in MISTAKES[typed]:
        assert words in line
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_its_options_and_help(command, zoo_command):
    found = typer.main.get_command(app).commands[command]
    options = {name for parameter in found.params for name in parameter.opts if name.startswith("--")}
    assert options == {*COMMANDS[command].split()}
    said = zoo_command(command, "--help")
    assert said.code == 0
    assert all(option in said.out for option in options)


@pytest.mark.parametrize("typed", [(), ("--help",), ("-h",)], ids=str)
def test_help_lists_every_command(typed, zoo_command):
    said = zoo_command(*typed)
    assert said.code == 0
    assert said.err == ""
    assert set(re.findall(r"^  (\w[\w-]*)  ", said.out, re.MULTILINE)) == set(COMMANDS)


def test_the_version_is_printed(zoo_command):
    assert re.fullmatch(r"zoo \d+\.\d+\.\d+\n", zoo_command("--version").out)


def test_a_finished_study_answers_again_in_json_and_nothing_else(study, zoo_command):
    said = zoo_command("status", study.answer.study, "--root", study.root, "--json")
    assert said.code == 0
    assert said.err == ""
    now, answer = json.loads(said.out), json.loads(json.dumps(study.answer.to_json()))
    assert {name: now.pop(name) for name in answer} == answer
    assert set(now) == {"running", "processes", "ended_early", "saved", "time_left", "compressions"}


def test_the_same_command_prints_the_stored_answer_and_trains_nothing(rooted, zoo_command):
    typed = ("tune", "wine", "--trials", 4, "--epochs", 4, "--root", rooted)
    said = zoo_command(*typed, "--quiet")
    assert said.code == 0
    assert said.err == ""
    assert "champion #" in said.out
    assert f"zoo tune wine --trials 12 --epochs 4 --root {rooted}" in said.out
    as_json = zoo_command(*typed, "--json")
    assert as_json.err == ""
    assert json.loads(as_json.out)["trials"]["total"] == 4


@pytest.mark.parametrize(
    ("changed", "words"), [(("--seed", 1), "seed was 0"), (("--set", "model.depth=2"), "depth was 1, 2, 3")]
)
def test_a_changed_setting_names_the_key_and_offers_a_new_study(changed, words, rooted, zoo_command):
    line = mistake(zoo_command("tune", "wine", "--trials", 4, "--epochs", 4, "--root", rooted, *changed))
    assert words in line
    assert "Try --study wine-2" in line


def test_all_studies_are_listed_in_one_table_or_one_object(study, zoo_command):
    lines = zoo_command("status", "--root", study.root).out.splitlines()
    assert lines[0].split() == ["study", "trials", "goal", "best", "champion"]
    assert lines[1].split()[:2] == ["wine", "4/4"]
    listed = json.loads(zoo_command("status", "--root", study.root, "--json").out)
    assert [each["study"] for each in listed["studies"]] == ["wine"]


def test_a_folder_without_studies_is_said_aloud(zoo_command):
    said = zoo_command("status", "--json")
    assert json.loads(said.out) == {"studies": []}
    assert "zoo tune digits" in said.err


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        (("wine", "--format", "tflight"), "no format is named 'tflight'; did you mean 'tflite'"),
        (("wine", "--device", "micra"), "no device is named 'micra'; did you mean 'micro'"),
        (("wine", "--device", "micro", "--precision", "float16"), "Nearest to float16 is float32"),
        (("wine", "--device", "micro", "--format", "keras_file"), "It takes: c_array, tflite"),
        (("wine", "--precision", "int8", "--sparse"), "Leave --sparse"),
        (("wine", "--precision", "int3"), "It has: float32, float16, dynamic, int8"),
        (("wine", "--format", "keras_file", "--precision", "int8"), "It has: float32"),
        (("wine",), "--force"),
        (("wine#99",), "no ended trial '99'"),
        (("wine#first",), "no ended trial 'first'"),
        (("wine", "--out", "good.csv"), "good.csv exists"),
        (("wine", "--out", "good.csv", "--force"), "Choose another folder"),
        (("wine", "--out", "good.csv/app"), "good.csv/app cannot be written"),
    ],
    ids=str,
)
def test_an_export_that_cannot_be_is_one_line(typed, words, rooted, data, zoo_command):
    assert words in mistake(zoo_command("export", *typed, "--root", rooted))


def test_an_export_is_written_told_and_used(rooted, zoo_command, tmp_path):
    said = zoo_command("export", "wine", "--precision", "int8", "--out", "mein Büro", "--root", rooted, "--json")
    assert said.code == 0
    answer = json.loads(said.out)
    assert {"path", "format", "precision", "bytes", "sha256", "test", "proof"} <= set(answer)
    assert (tmp_path / "mein Büro" / "model.tflite").stat().st_size == answer["bytes"]
    np.save(tmp_path / "rows.npy", np.full((3, 13), 2.0))
    assert len(zoo_command("predict", "mein Büro", "rows.npy").out.splitlines()) == 4


def test_a_failed_proof_is_exit_code_1(rooted, zoo_command):
    report = rooted / "mlruns" / "studies" / "wine" / "champion" / "report.json"
    answer = json.loads(report.read_text())
    answer["champion"]["variants"][0]["proof"] |= {"passed": False, "reasons": ["labels agree too seldom"]}
    report.write_text(json.dumps(answer))
    said = zoo_command("tune", "wine", "--trials", 4, "--epochs", 4, "--root", rooted, "--quiet")
    assert said.code == 1
    assert "FAILED: labels agree too seldom" in said.out


@pytest.mark.parametrize(("limits", "code"), [((), 0), (("ram=1",), 1)], ids=["a file holds", "none holds"])
def test_a_compression_answers_as_an_export_does_and_says_by_its_exit_code_whether_a_file_holds(
    limits, code, zoo_command, monkeypatch
):
    monkeypatch.setattr("search.compressing.compressing.compress", lambda *_args, **_options: tried(*limits))
    said = zoo_command("compress", "digits", "--max-drop", "1%", "--json")
    told = json.loads(said.out)
    assert said.code == code
    assert {"path", "format", "precision", "bytes", "sha256", "test", "proof", "variants"} <= set(told)
    wanted = {"method", "format", "precision", "bytes", "validation", "path", "proof"}
    assert told["variants"]
    assert all(wanted <= set(variant) for variant in told["variants"])
    assert (told["path"] is None) == bool(code)
