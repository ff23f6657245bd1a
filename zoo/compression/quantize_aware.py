"""Quantization-aware training: weights learn to live on the grid that a file of few bits has for them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from zoo.compression._continued import continued
from zoo.compression._simulating import bake, simulated
from zoo.compression._teachers import network_scores
from zoo.registry import register
from zoo.space import Choice, Float, Int
from zoo.training.refining import Teacher, refine

if TYPE_CHECKING:
    from zoo.dataset import Splits
    from zoo.trained import Trained
    from zoo.workspace import Workspace


@register()
def quantize_aware(
    trained: Trained,
    splits: Splits,
    workspace: Workspace,
    *,
    bits: Annotated[int, Int(2, 8, search=(4, 8))] = 8,
    activations: Annotated[str, Choice("int8", "float", search=())] = "int8",
    epochs: Annotated[int, Int(1, 10_000, search=())] = 20,
    learning_rate: Annotated[float, Float(1e-7, 10.0, log=True, search=(1e-4, 3e-3))] = 1e-3,
    teaching: Annotated[float, Float(0.0, 1.0, search=())] = 0.0,
) -> Trained:
    """Train on with weights rounded to `bits`, and leave them on their grid (Jacob 2018, Krishnamoorthi 2018).

    Forwards the network computes as the file will, backwards as if nothing were rounded (straight through, Bengio
    2013). `activations` int8 also rounds what flows between layers, as an int8 file does; float is for files that
    store small weights and compute in floats. `teaching` is the share of the loss that follows the scores of the model
    as it was before (Mishra 2018). Served are dense layers, convolutions (depthwise and separable ones too), LSTMs.

    Batch norm needs no care: folded into a kernel it multiplies an output channel by one number, gamma / sqrt(variance
    + epsilon), and with it the channel's step, so the integers on the grid are the same. A file whose steps are its
    largest weights by channel over 127 (8 bits) or 7 (4 bits) holds exactly these integers; an int8 file holds the
    grids of 3 to 7 bits within half a step of its own. Raises Unsupported for a kernel that has no grid here.
    """
    network = trained.network()
    simulation = simulated(network, bits, activations == "int8")
    teacher = Teacher(network_scores(network, splits.train.x), share=teaching) if teaching else None
    changes = {"epochs": epochs, "patience": epochs, "learning_rate": learning_rate}
    refined = refine(simulation, trained, splits, workspace, changes, teacher)
    bake(simulation, network)
    return continued(trained, network, refined)
