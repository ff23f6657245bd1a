"""The house rules that a reader of imports can check: floors go down, doors stay shut, imports stay cheap."""

from __future__ import annotations

import ast
import importlib
import json
import subprocess
import sys
from pathlib import Path

import pytest

from zoo.plans import fit_preparation
from zoo.task import MODALITIES

from ..zoo.kinds import dataset_of, written

ROOT = Path(__file__).parents[2]
FLOORS = [
    {
        "zoo.errors",
        "zoo.space",
        "zoo.task",
        "zoo.durable",
        "zoo.headings",
        "zoo.typed",
        "zoo.bits",
    },
    {
        "zoo.registry",
        "zoo.renaming",
        "zoo.recipe",
        "zoo.live",
        "zoo.dataset",
        "zoo.runtime",
        "zoo.child",
        "zoo.asking",
        "zoo.aside",
        "zoo.scale",
        "zoo.goals",
        "zoo.signature",
        "zoo.lazy",
        "zoo.portions",
        "zoo.memory",
        "zoo.raw",
        "zoo.resampling",
        "zoo.starts",
        "zoo.own",
    },
    {
        "zoo.data",
        "zoo.preparation",
        "zoo.augmentations",
        "zoo.metrics",
        "zoo.optimizers",
        "zoo.activations",
        "zoo.losses",
        "zoo.rows",
        "zoo.tables",
        "zoo.plans",
        "zoo.reading",
        "zoo.dividing",
        "zoo.folding",
    },
    {"zoo.builders", "zoo.hypermodels", "zoo.splits", "zoo.devices"},
    {"zoo.trained", "zoo.training", "zoo.workspace"},
    {
        "zoo.evaluation",
        "zoo.baselines",
        "zoo.bags",
        "zoo.repeating",
        "zoo.checking",
        "zoo.alike",
        "zoo.sheets",
        "zoo.pictures",
        "zoo.sizes",
        "zoo.receptive",
    },
    {"zoo.compression"},
    {"zoo.formats", "zoo.microcontroller", "zoo.bundle", "zoo.manifest", "zoo.converter", "zoo.inputs", "zoo.parts"},
    {
        "zoo.wishes",
        "zoo.profiling",
        "zoo.pipeline",
        "zoo.calibration",
        "zoo.artifact",
        "zoo.exporter",
        "zoo.exporting",
        "zoo.labelled",
        "zoo.proving",
        "zoo.showing",
        "zoo.portraits",
        "zoo.contracts",
    },
    {"zoo", "zoo.cli", "zoo.cli_bundle", "zoo.cli_parts", "zoo.cli_profile", "zoo.cli_options", "zoo.cli_plugin"},
    {"search"},
]
DOORS = {
    "mlflow": {path.relative_to(ROOT).as_posix() for path in (ROOT / "search" / "tracking").glob("*.py")},
    "matplotlib": {"search/pictures/_png.py", "zoo/profiling/picture.py", "zoo/portraits/_page.py"},
    "plotly": set(),  # its JavaScript is read as a file
    "keras_tuner": {"search/tuner.py"},
    "optuna": {
        path.relative_to(ROOT).as_posix()
        for room in ("", "choosing", "claiming", "drawing", "stopping")
        for path in (ROOT / "search" / room).glob("*.py")
    },
}
HEAVY = {
    "tensorflow",
    "keras",
    "optuna",
    "mlflow",
    "numpy",
    "pandas",
    "pyarrow",
    "scipy",
    "sklearn",
    "plotly",
    "matplotlib",
    "PIL",
    "ai_edge_litert",
}
SOURCES = sorted([*(ROOT / "zoo").rglob("*.py"), *(ROOT / "search").rglob("*.py")])


def module_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def floor_of(module: str) -> int:
    parts = module.split(".")
    room = parts[0] if parts[0] == "search" else ".".join(parts[:2])
    found = [number for number, rooms in enumerate(FLOORS) if room in rooms]
    assert found, f"{module} has no floor; give it one in FLOORS"
    return found[0]


def imports_of(path: Path) -> set[str]:
    """Return every module a file imports, at any depth, but for those that only type checkers see."""
    tree = ast.parse(path.read_text("utf-8"))
    typing_only = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
        for inner in ast.walk(node)
    }
    found = set()
    for node in ast.walk(tree):
        if id(node) in typing_only:
            continue
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names if node.module == "zoo"}
    return found


@pytest.mark.parametrize("path", SOURCES, ids=module_of)
def test_imports_go_down_only(path):
    own = module_of(path)
    for imported in imports_of(path):
        if imported == "zoo" or imported.split(".")[0] not in ("zoo", "search"):
            continue
        assert floor_of(imported) <= floor_of(own), f"{own} climbs to {imported}"


@pytest.mark.parametrize("path", SOURCES, ids=module_of)
def test_each_door_is_used_by_its_own_files_only(path):
    for package, allowed in DOORS.items():
        if any(name.split(".")[0] == package for name in imports_of(path)):
            assert path.relative_to(ROOT).as_posix() in allowed, f"{path} imports {package}"


def loaded_after(statement: str) -> set[str]:
    """Return the top-level modules that a fresh interpreter has loaded after `statement`."""
    code = f"{statement}\nimport sys, json; print('\\n' + json.dumps(sorted({{m.split('.')[0] for m in sys.modules}})))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    return set(json.loads(done.stdout.splitlines()[-1]))


@pytest.mark.parametrize(
    "statement",
    [
        "import zoo, search",
        "from search.cli import main\ntry: main(['--help'])\nexcept SystemExit: pass",
        "from search.cli import main\ntry: main(['list'])\nexcept SystemExit: pass",
        "import zoo.builders, zoo.data, zoo.formats, zoo.optimizers; zoo.builders.BUILDERS.names()",
        "from zoo.showing import registries\nfor registry in registries(): registry.names()",
        "import zoo.plans, zoo.reading; zoo.plans.PLANS.names(), zoo.reading.READING.names()",
        "from search.cli import main\ntry: main(['show', 'preparation.table'])\nexcept SystemExit: pass",
    ],
)
def test_imports_stay_cheap(statement):
    assert not loaded_after(statement) & HEAVY


PREDICTING = """
import json
from pathlib import Path
from zoo.bundle import load, predict
from zoo.formats.tflite import TFLite
from zoo.preparation import Preparation
from zoo.rows import read_rows
preparation = Preparation.from_json(json.loads(Path({!r}).read_text()))
preparation.apply(read_rows({!r}, preparation))
"""


@pytest.mark.parametrize("modality", MODALITIES)
def test_predicting_with_a_tflite_bundle_loads_numpy_and_the_interpreter_only(modality, tmp_path):
    dataset = dataset_of(modality)
    stored = tmp_path / "preparation.json"
    stored.write_text(json.dumps(fit_preparation(dataset, dataset.x).to_json()))
    loaded = loaded_after(PREDICTING.format(str(stored), str(written(modality, tmp_path))))
    allowed = {"numpy", "ai_edge_litert", *(("PIL",) if modality == "image" else ())}
    assert not loaded & (HEAVY - allowed)


LIMITS = {"lines of a file": 300, "lines of a function": 40}


@pytest.mark.parametrize("path", SOURCES, ids=module_of)
def test_files_and_functions_keep_their_budget(path):
    text = path.read_text("utf-8")
    assert len(text.splitlines()) <= LIMITS["lines of a file"]
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.body:
            body = node.body[1:] if ast.get_docstring(node) and len(node.body) > 1 else node.body
            length = body[-1].end_lineno - body[0].lineno + 1
            assert length <= LIMITS["lines of a function"], f"{path.name}: {node.name} has {length} lines"


@pytest.mark.parametrize("package", ["zoo", "search"])
def test_every_public_name_is_there_and_no_module_hides_it(package):
    """A package or module `zoo/export.py` would replace the function `zoo.export` once it is imported."""
    exported = importlib.import_module(package)
    modules = {path.stem for path in (ROOT / package).iterdir()}
    for name in exported.__all__:
        assert getattr(exported, name) is not None
        assert name not in modules
