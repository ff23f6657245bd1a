"""What every builder promises, whichever it is: registering one is also testing it."""

from __future__ import annotations

import inspect

import numpy as np
import pytest

from zoo.builders import BUILDERS, build, builder_space, builders_for, default_builders
from zoo.dataset import Split, Splits
from zoo.errors import BadValue, Infeasible, UnknownName, Unsupported
from zoo.live import live_values
from zoo.recipe import Recipe, Source, TrainConfig
from zoo.scale import Scale
from zoo.space import Choice
from zoo.task import MODALITIES, Task
from zoo.training.fitting import fit
from zoo.workspace import structure

pytestmark = pytest.mark.usefixtures("workspace")  # it starts TensorFlow with one thread

SHAPES = {"table": (6,), "image": (8, 8, 1), "series": (10, 3), "text": (12,), "audio": (20, 8, 1)}
BUILT = [(name, modality) for name in BUILDERS.names() for modality in BUILDERS.entries[name].facts["accepts"]]
TRAINED = [(*case, ()) for case in BUILT]  # quantities, and classes but for images: digits are below
TRAINED += [(*case, ("a", "b", "c")) for case in BUILT if case[1] != "image"]


VOCABULARY = 20  # tokens of texts


def task_of(modality, dtype="float32", classes=("a", "b", "c")):
    if modality == "text":
        return Task(modality, SHAPES[modality], classes, "int32", vocabulary=VOCABULARY)
    return Task(modality, SHAPES[modality], classes, dtype)


def corners(name):
    """Return settings that together visit both ends of every searched or allowed range, and every choice."""
    space = builder_space(name)
    options = [len(p.domain.options) for p in space.values() if isinstance(p.domain, Choice)]
    found = []
    for pick in range(max(4, *options)):
        values = {}
        for parameter in space.values():
            domain = parameter.domain
            if isinstance(domain, Choice):
                values[parameter.name] = domain.options[pick % len(domain.options)]
            else:
                points = domain.points() if pick < 2 and domain.points() else (domain.low, parameter.default)
                values[parameter.name] = points[0] if pick % 2 == 0 else points[-1]
        found.append(values)
    return found


@pytest.mark.parametrize(("name", "modality"), BUILT)
def test_the_defaults_build_logits_for_every_class(name, modality):
    model = build(name, task_of(modality))
    assert model.output_shape == (None, 3)
    assert model.name == name


@pytest.mark.parametrize(("name", "modality", "classes"), TRAINED)
def test_what_a_builder_accepts_it_trains_on(name, modality, classes, workspace, digits):
    random = np.random.default_rng(0)
    tokens = random.integers(0, VOCABULARY, (40, *SHAPES[modality])).astype("int32")
    x = tokens if modality == "text" else random.normal(size=(40, *SHAPES[modality])).astype("float32")
    y = random.integers(0, 3, 40).astype("int32") if classes else random.normal(size=40).astype("float32")
    rows = Split(x, y, None if classes else Scale(0.0, 1.0))
    splits = Splits(task_of(modality, classes=classes), digits.preparation, rows, rows, rows, digits.dataset)
    trained = fit(Recipe(Source("digits"), name, train=TrainConfig(epochs=2)), splits, workspace)
    assert trained.predict(x).shape == (40, 3 if classes else 1)
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


@pytest.mark.slow
@pytest.mark.parametrize("name", BUILDERS.names())
def test_range_ends_and_choices_build_and_train_or_are_infeasible(name, workspace, digits):
    few = Split(digits.train.x[:96], digits.train.y[:96])
    small = type(digits)(digits.task, digits.preparation, few, few, few, digits.dataset)
    built = 0
    for values in corners(name):
        recipe = Recipe(Source("digits"), name, values, train=TrainConfig(epochs=1), seed=1)
        try:
            trained = fit(recipe, small, workspace)
        except Infeasible:
            continue
        built += 1
        assert np.isfinite(trained.predict(few.x)).all()
    assert built >= 2


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


@pytest.mark.parametrize("name", BUILDERS.names())
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
