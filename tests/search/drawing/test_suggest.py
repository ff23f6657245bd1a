"""Values of a trial, asked of anything that suggests."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from search.drawing.spaces import StudySpace, adjusted
from search.drawing.suggest import asked, suggest
from zoo.recipe import TrainConfig
from zoo.space import Choice, Float, Int, Parameter, When, space_of


class Recorder:
    """Answers with the low end, or what it was told; remembers each question."""

    def __init__(self, **answers):
        self.answers, self.questions = answers, {}

    def suggest_int(self, name, low, high):
        return self._answer(name, ("int", low, high), low)

    def suggest_float(self, name, low, high, *, log=False):
        return self._answer(name, ("float", low, high, log), low)

    def suggest_categorical(self, name, choices):
        return self._answer(name, ("categorical", *choices), choices[0])

    def _answer(self, name, question, default):
        assert name not in self.questions, "asked twice"
        self.questions[name] = question
        return self.answers.get(name.replace(".", "_"), default)


def _space(*parameters):
    return {parameter.name: parameter for parameter in parameters}


MLP = _space(
    Parameter("units", Int(8, 512, grid="doubling", search=(32, 64, 128)), 64),
    Parameter("activation", Choice("relu", "elu"), "relu"),
    Parameter("kernel", Choice(3, 5), 3),
    Parameter("dropout", Float(0.0, 0.9, search=(0.0, 0.5)), 0.2, live=True),
    Parameter("norm", Choice("none", "group"), "none"),
    Parameter("groups", Int(1, 4), 2, when=When("norm", ("group",))),
    Parameter("share", Float(0.1, 1.0, log=True), 0.5, when=When("groups", (1, 2))),
)
CNN = _space(Parameter("filters", Int(4, 16, search=()), 8), Parameter("bias", Choice(True, False), True))
SPACE = StudySpace({"mlp": MLP, "cnn": CNN}, space_of(TrainConfig))


def test_the_builder_is_asked_first_and_only_its_own_values_after():
    asker = Recorder(model_builder="cnn")
    found = suggest(SPACE, asker)
    assert (found.builder, found.model) == ("cnn", {"filters": 8, "bias": True})
    assert list(asker.questions) == ["model.builder", "cnn.bias", "train.learning_rate", "train.weight_decay"]


def test_whole_numbers_and_ordered_grids_are_asked_as_an_index_and_the_rest_as_they_are():
    asker = Recorder(model_builder="mlp", mlp_units=2, mlp_kernel=1)
    found = suggest(SPACE, asker)
    assert asker.questions["mlp.units"] == ("int", 0, 2)
    assert asker.questions["mlp.kernel"] == ("int", 0, 1)
    assert asker.questions["mlp.activation"] == ("categorical", "relu", "elu")
    assert asker.questions["mlp.dropout"] == ("float", 0.0, 0.5, False)
    assert asker.questions["train.learning_rate"] == ("float", 3e-4, 1e-2, True)
    assert (found.model["units"], found.model["kernel"]) == (128, 5)


def test_true_and_false_are_no_numbers():
    asker = Recorder(model_builder="cnn")
    suggest(SPACE, asker)
    assert asker.questions["cnn.bias"] == ("categorical", True, False)


def test_a_value_that_does_not_matter_is_not_asked_and_keeps_its_default():
    idle = Recorder(model_builder="mlp")
    assert suggest(SPACE, idle).model["groups"] == 2
    assert not {"mlp.groups", "mlp.share"} & set(idle.questions)
    awake = Recorder(model_builder="mlp", mlp_norm="group", mlp_groups=0)
    assert suggest(SPACE, awake).model["groups"] == 1
    assert "mlp.share" in awake.questions
    half = Recorder(model_builder="mlp", mlp_norm="group", mlp_groups=3)
    assert suggest(SPACE, half).model["share"] == 0.5
    assert "mlp.share" not in half.questions


def test_one_builder_and_fixed_values_are_not_asked():
    space = adjusted(SPACE, {"model.builder": "mlp", "mlp.units": 100, "train.epochs": 3}, {})
    asker = Recorder()
    found = suggest(space, asker)
    assert not {"model.builder", "mlp.units", "train.epochs"} & set(asker.questions)
    assert (found.model["units"], found.train["epochs"]) == (100, 3)


def test_a_list_of_floats_is_asked_as_an_index():
    space = adjusted(SPACE, {}, {"train.learning_rate": "0.1,0.001"})
    asker = Recorder(train_learning_rate=1)
    assert suggest(space, asker).train["learning_rate"] == 0.1
    assert asker.questions["train.learning_rate"] == ("int", 0, 1)


class Drawer(Recorder):
    """Answers with whatever hypothesis draws."""

    def __init__(self, data):
        super().__init__()
        self.data = data

    def _answer(self, name, question, default):
        super()._answer(name, question, default)
        kind, *rest = question
        if kind == "categorical":
            return self.data.draw(st.sampled_from(rest))
        numbers = st.integers if kind == "int" else st.floats
        return self.data.draw(numbers(rest[0], rest[1]))


@given(data=st.data())
def test_every_draw_lies_in_its_domain_and_asks_known_names_only(data):
    asker = Drawer(data)
    found = suggest(SPACE, asker)
    assert set(asker.questions) <= set(asked(SPACE))
    assert set(found.model) == set(SPACE.builders[found.builder])
    for name, value in found.model.items():
        assert SPACE.builders[found.builder][name].domain.check(value, name) == value
    TrainConfig(**found.train)


def test_preparation_and_augmentation_are_asked_for_under_their_own_names():
    size, strength = Parameter("size", Int(8, 64, search=(16, 32)), 16), Parameter("flip", Float(0.0, 1.0), 0.5)
    space = StudySpace({"mlp": MLP}, space_of(TrainConfig), {"size": size}, {"flip": strength})
    asker = Recorder(preparation_size=1)
    drawn = suggest(space, asker)
    assert (drawn.preparation, drawn.augment) == ({"size": 32}, {"flip": 0.0})
    assert {"preparation.size", "augment.flip"} <= set(asker.questions) <= set(asked(space))
