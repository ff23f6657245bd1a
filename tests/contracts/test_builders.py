"""What every builder promises, whichever it is: registering one is also testing it."""

from __future__ import annotations

import inspect

import numpy as np
import pytest

from zoo.builders import BUILDERS, build, builder_space, builders_for, default_builders
from zoo.contracts.bench import Bench
from zoo.contracts.builders import SETTINGS, described, exported, options_of, require_trained, settings
from zoo.dataset import Split, Splits
from zoo.errors import BadValue, UnknownName, Unsupported
from zoo.live import live_values
from zoo.recipe import Recipe, Source, TrainConfig
from zoo.scale import Scale
from zoo.space import Choice
from zoo.task import MODALITIES, Task
from zoo.training.fitting import fit
from zoo.workspace import structure

pytestmark = pytest.mark.usefixtures("workspace")  # it starts TensorFlow with one thread

SHAPES = {"table": (6,), "image": (8, 8, 1), "series": (10, 3), "text": (12,), "audio": (20, 8, 1)}
# networks of keras.applications, which take large images and their weights from elsewhere: tests/zoo/builders
PRETRAINED = [name for name in BUILDERS.names() if BUILDERS.entries[name].facts.get("pretrained")]
OWN = [name for name in BUILDERS.names() if name not in PRETRAINED]
BUILT = [(name, modality) for name in OWN for modality in BUILDERS.entries[name].facts["accepts"]]
CLASSES, QUANTITIES = ("a", "b", "c"), ()
USUAL = ("mlp", "cnn", "lstm")
VOCABULARY = 20  # tokens of texts


def trained_cases():
    """Yield every builder with every kind of rows and of answers; most are slow, for a setting of each is trained."""
    for name in OWN:
        accepts = BUILDERS.entries[name].facts["accepts"]
        for modality in accepts:
            for classes in (CLASSES, QUANTITIES):
                is_quick = name in USUAL and modality == accepts[-1] and not classes
                yield pytest.param(name, modality, classes, marks=() if is_quick else pytest.mark.slow)


def task_of(modality, dtype="float32", classes=CLASSES):
    if modality == "text":
        return Task(modality, SHAPES[modality], classes, "int32", vocabulary=VOCABULARY)
    return Task(modality, SHAPES[modality], classes, dtype)


def splits_of(task, digits, rows=40):
    """Return random rows for a task as all three parts."""
    chance, shape = np.random.default_rng(0), (rows, *task.input_shape)
    tokens = chance.integers(0, VOCABULARY, shape).astype("int32")
    x = tokens if task.modality == "text" else chance.normal(size=shape).astype("float32")
    classes = chance.integers(0, len(task.classes) or 1, rows).astype("int32")
    y = classes if task.classes else chance.normal(size=rows).astype("float32")
    part = Split(x, y, None if task.classes else Scale(0.0, 1.0))
    return Splits(task, digits.preparation, part, part, part, digits.dataset)


def corner_cases():
    """Yield each builder's settings; the last one, where most numbers are low, is quick."""
    for name in OWN:
        for pick in range(SETTINGS):
            yield pytest.param(name, pick, marks=pytest.mark.slow if pick < SETTINGS - 1 else ())


@pytest.fixture(scope="module")
def bench(workspace):
    with Bench(workspace) as made:
        yield made


@pytest.mark.parametrize(("name", "modality"), BUILT)
def test_the_defaults_build_logits_for_every_class(name, modality):
    model = build(name, task_of(modality))
    assert model.output_shape == (None, 3)
    assert model.name == name


@pytest.mark.often("mlp-*", "cnn-*", "text_cnn-*", "wide_deep-*", "*-image-*")
@pytest.mark.parametrize(("name", "modality", "classes"), trained_cases())
def test_what_a_builder_accepts_it_trains_on(name, modality, classes, workspace, digits):
    splits = splits_of(task_of(modality, classes=classes), digits)
    trained = fit(Recipe(Source("digits"), name, train=TrainConfig(epochs=2)), splits, workspace)
    assert trained.predict(splits.train.x).shape == (40, 3 if classes else 1)
    assert all(np.isfinite(list(logs.values())).all() for logs in trained.history)


@pytest.mark.parametrize("name", BUILDERS.names())
def test_the_signature_ranges_every_argument_and_holds_its_default(name):
    signature = inspect.signature(BUILDERS.get(name)).parameters
    space = builder_space(name)
    assert set(space) == {
        parameter.name for parameter in signature.values() if parameter.kind is parameter.KEYWORD_ONLY
    }
    for parameter in space.values():
        assert parameter.domain.check(parameter.default, parameter.name) == parameter.default
        for point in parameter.domain.points():
            assert parameter.domain.check(point, parameter.name) == point


@pytest.mark.parametrize("name", BUILDERS.names())
def test_a_study_meets_at_most_some_thirty_structures(name):
    structures = [len(p.domain.points()) or 1 for p in builder_space(name).values() if not p.live]
    assert np.prod(structures) <= 36


@pytest.mark.parametrize("name", OWN)
def test_the_settings_together_visit_both_ends_of_every_range_and_every_choice(name):
    found = settings(name)
    for parameter in builder_space(name).values():
        domain = parameter.domain
        ends = set(options_of(domain)) if isinstance(domain, Choice) else {domain.low, domain.high}
        assert {values[parameter.name] for values in found} == ends


@pytest.mark.often("*-0", "mlp-*", "cnn-*")
@pytest.mark.parametrize(("name", "pick"), corner_cases())
def test_a_setting_builds_and_trains_or_is_infeasible_before_a_weight_is_made(name, pick, bench):
    require_trained(name, settings(name)[pick], bench)


@pytest.mark.often("mlp", "cnn")
@pytest.mark.slow
@pytest.mark.parametrize("name", OWN)
def test_files_of_all_settings_that_build_answer_in_float32_and_in_int8(name, bench):
    exported(name, bench)


@pytest.mark.parametrize("name", OWN)
def test_its_source_tells_the_ranges_that_it_has(name, bench):
    described(name, bench)


@pytest.mark.parametrize(("name", "modality"), BUILT)
def test_a_live_model_and_the_stock_one_have_the_same_weights_in_the_same_order(name, modality):
    with live_values() as found:
        live_model = build(name, task_of(modality))
    stock = build(name, task_of(modality))
    assert set(found) == {parameter.name for parameter in builder_space(name).values() if parameter.live}
    shapes = [[(weight.name, tuple(weight.shape)) for weight in model.weights] for model in (live_model, stock)]
    assert shapes[0] == shapes[1]
    assert all(type(layer).__module__.startswith("keras.") for layer in stock._flatten_layers())


@pytest.mark.parametrize("name", BUILDERS.names())
def test_zero_is_a_live_value_like_any_other(name, digits):
    live = {parameter.name: 0.0 for parameter in builder_space(name).values() if parameter.live}
    recipes = [Recipe(Source("digits"), name, values) for values in ({}, live)]
    assert structure(recipes[0], digits.task) == structure(recipes[1], digits.task)


@pytest.mark.slow
@pytest.mark.parametrize("name", OWN)
def test_bytes_are_rescaled_inside_the_graph(name):
    if "image" not in BUILDERS.entries[name].facts["accepts"]:
        pytest.skip("takes no images")
    task = task_of("image", "uint8")
    model = build(name, task)
    assert model.input.dtype == "uint8"
    white = model.predict(np.full((2, *task.input_shape), 255, "uint8"), verbose=0)
    floats = build(name, task_of("image"))
    floats.set_weights(model.get_weights())
    assert np.allclose(white, floats.predict(np.ones((2, *task.input_shape), "float32"), verbose=0), atol=1e-5)


@pytest.mark.parametrize("name", BUILDERS.names())
def test_a_builder_takes_part_unasked_only_in_what_it_accepts(name):
    facts = BUILDERS.entries[name].facts
    assert set(facts["default_for"]) <= set(facts["accepts"]) <= set(MODALITIES)


@pytest.mark.parametrize("modality", ["table", "image", "series", "text"])
def test_a_study_has_builders_unasked_and_knows_the_others_by_name(modality):
    assert default_builders(modality)
    assert set(default_builders(modality)) <= set(builders_for(modality))


@pytest.mark.parametrize("name", BUILDERS.names())
def test_unknown_arguments_and_values_are_refused(name):
    with pytest.raises(UnknownName, match="no value of"):
        build(name, task_of(BUILDERS.entries[name].facts["accepts"][0]), colour="red")
    choice = next(p.name for p in builder_space(name).values() if isinstance(p.domain, Choice))
    with pytest.raises(BadValue, match="must be"):
        build(name, task_of(BUILDERS.entries[name].facts["accepts"][0]), **{choice: "swoosh"})


@pytest.mark.parametrize("name", BUILDERS.names())
def test_a_modality_that_is_not_accepted_is_refused_with_the_builders_that_take_it(name):
    refused = [modality for modality in MODALITIES if modality not in BUILDERS.entries[name].facts["accepts"]]
    for modality in refused:
        with pytest.raises(Unsupported, match=f"not {modality}. Builders for {modality}:"):
            build(name, task_of(modality))
