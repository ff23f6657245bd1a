"""Residual network of 50 layers (He 2016), pretrained on ImageNet."""

from __future__ import annotations

from typing import Annotated

import keras

from zoo.builders._pretrained import MEANS, Backbone
from zoo.live import live
from zoo.registry import register
from zoo.space import Choice, Float, Live, When
from zoo.task import Task


@register(accepts=("image",), default_for=(), pretrained=True)
def resnet50(
    task: Task,
    *,
    weights: Annotated[str, Choice("imagenet", "none", search=())] = "imagenet",
    tuned: Annotated[str, Choice("head", "all", search=("head", "all")), When("weights", ("imagenet",))] = "head",
    pooling: Annotated[str, Choice("average", "max", search=("average", "max"))] = "average",
    dropout: Annotated[float, Float(0.0, 0.9, search=(0.0, 0.5)), Live] = 0.2,
) -> keras.Model:
    """keras.applications' ResNet50 without its top, `pooling` of its last map, dropout, one dense layer.

    Images have 3 channels and at least 32 x 32 pixels; the graph itself takes ImageNet's mean off, as the network was
    trained. `weights` of ImageNet are downloaded once, into ~/.keras/models; with "none" they are random and all are
    trained. `tuned` "head" trains the dense layer alone. Raises Infeasible for other images and BadData where the
    weights cannot be had.
    """
    backbone = Backbone("resnet50", keras.applications.ResNet50, 1.0, tuple(-mean for mean in MEANS), "conv1_conv")
    return backbone.model(task, weights, tuned, pooling, live("dropout", dropout))
