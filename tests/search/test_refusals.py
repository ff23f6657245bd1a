"""What is said of a value that is not allowed: for the name of a part, the nearest one."""

from __future__ import annotations

import pytest

from search.drawing.spaces import study_space
from zoo.errors import BadValue


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"settings": {"model.activation": "swich"}}, r"Try --set model\.activation=swish$"),
        ({"settings": {"train.loss": "focl"}}, r"Try --set train\.loss=focal$"),
        ({"ranges": {"mlp.activation": ["relu", "gelo"]}}, r"Try --space mlp\.activation=relu,gelu$"),
    ],
)
def test_the_nearest_part_is_what_to_type_instead(values, words):
    with pytest.raises(BadValue, match=words):
        study_space(["mlp"], **values)
