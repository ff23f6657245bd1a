"""Mobile network of inverted residuals (Sandler 2018), pretrained on ImageNet."""

from __future__ import annotations

from typing import Annotated

import keras

from zoo.builders._pretrained import Backbone
from zoo.live import live
from zoo.registry import register
from zoo.space import Choice, Float, Live, When
from zoo.task import Task


@register(accepts=("image",), default_for=(), pretrained=True)
def mobilenet_v2(
    task: Task,
    *,
    weights: Annotated[str, Choice("imagenet", "none", search=())] = "imagenet",
    tuned: Annotated[str, Choice("head", "all", search=("head", "all")), When("weights", ("imagenet",))] = "head",
    pooling: Annotated[str, Choice("average", "max", search=("average", "max"))] = "average",
    width: Annotated[float, Choice(0.35, 0.5, 0.75, 1.0, 1.3, 1.4, search=())] = 1.0,
    dropout: Annotated[float, Float(0.0, 0.9, search=(0.0, 0.5)), Live] = 0.2,
) -> keras.Model:
    """keras.applications' MobileNetV2 without its top, `pooling` of its last map, dropout, one dense layer.

    Images have 3 channels and at least 32 x 32 pixels; the graph itself brings them to -1 to 1, as the network was
    trained. `weights` of ImageNet are downloaded once, into ~/.keras/models; with "none" they are random and all are
    trained. `tuned` "head" trains the dense layer alone; `width` is the share of the filters (the paper's alpha).
    Raises Infeasible for other images and BadData where the weights cannot be had.
    """
    backbone = Backbone("mobilenet_v2", keras.applications.MobileNetV2, 1 / 127.5, -1.0, given={"alpha": width})
    return backbone.model(task, weights, tuned, pooling, live("dropout", dropout))
