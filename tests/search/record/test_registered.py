"""A registered model comes out of the registry as the bundle that went in, by alias or version, also after a move."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

import zoo
from search.record.registered import export_registered, read_address
from zoo.errors import BadData, BadValue, UnknownName

MODEL = "models:/wine@champion"


@pytest.mark.parametrize("text", ["models:/wine@champion", "models:/a study's@best one", "models:/wine/12"])
def test_an_address_names_a_model_and_its_alias_or_version(text):
    name, version, alias = read_address(text)
    assert text == f"models:/{name}" + (f"@{alias}" if version is None else f"/{version}")


@pytest.mark.parametrize("text", ["models:/wine", "models:/wine/last", "models:/wine@", "models:/wine/1/2", "models:/"])
def test_what_is_no_address_is_said_with_one_that_is(text):
    with pytest.raises(BadValue, match=r"it must be models:/NAME@ALIAS or models:/NAME/VERSION\. Try models:/\w+@"):
        read_address(text)


@pytest.mark.parametrize("text", [MODEL, "models:/wine/1"])
def test_the_answering_bundle_comes_out_as_it_went_in(study, tmp_path, text):
    made = export_registered(text, out=tmp_path / "app", root=study.root)
    kept = zoo.load(study.folder / "exports" / "tflite-float32")
    assert (made.path, made.bundle.sha256, made.version) == (tmp_path / "app", kept.sha256, 1)
    assert made.trial == study.answer.champion.trial
    variant = next(one for one in study.answer.champion.variants if (one["format"], one["precision"]) == kept.variant)
    told = made.to_json()
    same = ("format", "precision", "bytes", "gzip_bytes", "sha256", "validation", "test", "proof", "bits")
    assert {name: told[name] for name in same} == {name: variant[name] for name in same}


def test_another_precision_comes_out_too_and_one_that_is_not_there_is_named(study, tmp_path):
    made = export_registered(MODEL, precision="int8", out=tmp_path / "small", root=study.root)
    assert made.bundle.sha256 == zoo.load(study.folder / "exports" / "tflite-int8").sha256
    with pytest.raises(UnknownName, match=r"tflite-int4'; did you mean 'tflite-int8'\? .* zoo export 'wine#\d'$"):
        export_registered(MODEL, precision="int4", root=study.root)


def test_by_default_it_lies_below_mlruns_and_is_written_once(study):
    first = export_registered(MODEL, root=study.root)
    assert first.path == study.root / "mlruns" / "models" / "wine-1" / "tflite-float32"
    before = first.path.stat().st_ino
    assert export_registered(MODEL, root=study.root).path.stat().st_ino == before


def test_it_comes_out_of_a_copy_whose_original_is_gone(study, tmp_path):
    for name in ("mlflow.db", "artifacts"):
        (tmp_path / "mlruns").mkdir(exist_ok=True)
        copy = shutil.copytree if name == "artifacts" else shutil.copy
        copy(study.root / "mlruns" / name, tmp_path / "mlruns" / name)
    heard = []
    made = export_registered(MODEL, root=tmp_path, said=heard.append)
    assert made.bundle.sha256 == zoo.load(study.folder / "exports" / "tflite-float32").sha256
    assert len(heard) == 2 and "paths in mlflow.db were changed" in heard[1]


@pytest.mark.parametrize(
    "text, said",
    [
        ("models:/wime@champion", "no registered model is named 'wime'; did you mean 'wine'?"),
        ("models:/wine@champignon", "no alias of wine is named 'champignon'; did you mean 'champion'?"),
        ("models:/wine/7", "no version of wine is named '7'. Known: 1"),
    ],
)
def test_unknown_names_get_near_matches_in_one_line_and_exit_2(study, zoo_command, text, said):
    done = zoo_command("export", text, "--root", study.root)
    assert (done.code, done.out) == (2, "")
    assert done.err.splitlines()[-1].startswith(f"zoo: {said}")


def test_a_folder_that_is_taken_and_options_of_another_export_are_refused(study, tmp_path, zoo_command):
    (tmp_path / "app").mkdir()
    with pytest.raises(BadValue, match="app exists and is no bundle"):
        export_registered(MODEL, out=tmp_path / "app", root=study.root)
    done = zoo_command("export", MODEL, "--latency", "--root", study.root)
    assert (done.code, done.err) == (
        2,
        "zoo: latency is asked of a registered model, whose files are made."
        " Leave --latency out, or export the trial.\n",
    )


def test_without_a_registry_none_is_made_and_a_damaged_one_is_named(tmp_path):
    with pytest.raises(UnknownName, match="no registered model is named 'wine'"):
        export_registered(MODEL, root=tmp_path)
    assert not (tmp_path / "mlruns").exists()
    (tmp_path / "mlruns").mkdir()
    (tmp_path / "mlruns" / "mlflow.db").write_text("no database at all, but long enough to be looked at" * 9)
    with pytest.raises(BadData, match=r"mlflow\.db cannot be read \(file is not a database\)"):
        export_registered(MODEL, root=tmp_path)


def test_the_command_prints_the_path_and_what_the_file_is_worth(study, zoo_command):
    done = zoo_command("export", MODEL, "--precision", "int8", "--out", "app", "--root", study.root)
    assert done.code == 0, done.err
    assert done.out.startswith("tflite int8   ") and "written to app" in done.out and "proof ok" in done.out
    told = json.loads(zoo_command("export", MODEL, "--out", "other", "--root", study.root, "--json").out)
    assert (Path(told["path"]), told["model"], told["version"]) == (Path("other"), "wine", 1)
