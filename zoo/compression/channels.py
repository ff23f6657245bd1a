"""Structured pruning: whole channels go, and every layer that they pass through becomes narrower."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import keras

from zoo.compression._choosing import blocks, staying, staying_by_work
from zoo.compression._continued import continued
from zoo.compression._importance import Examples, importance
from zoo.compression._surgery import without
from zoo.compression._teachers import network_scores
from zoo.compression._tracing import traced
from zoo.compression._work import kernels, macs
from zoo.errors import Unsupported
from zoo.registry import register
from zoo.space import Choice, Float, Int
from zoo.trained import Trained, with_network
from zoo.training.refining import Teacher, refine

if TYPE_CHECKING:
    from zoo.compression._marking import Trace
    from zoo.dataset import Splits
    from zoo.workspace import Workspace


@register(reshapes=True, foreseen_by_default=("scope",))
def channels(
    trained: Trained,
    splits: Splits,
    workspace: Workspace,
    *,
    share: Annotated[float, Float(0.0, 0.9, search=(0.1, 0.8))] = 0.5,
    by: Annotated[str, Choice("taylor", "scale", "l2", search=("taylor", "scale"))] = "taylor",
    scope: Annotated[str, Choice("layer", "global", "macs", search=())] = "layer",
    rounds: Annotated[int, Int(1, 20, search=())] = 2,
    epochs: Annotated[int, Int(0, 1000, search=())] = 10,
    teaching: Annotated[float, Float(0.0, 1.0, search=())] = 0.7,
) -> Trained:
    """Take the `share` of all channels away that matters least, and train what is left on for `epochs`.

    Channels are filters of convolutions, units of dense and recurrent layers and widths of embeddings; those that a
    sum adds up leave together. `by` says what matters: "taylor", what the loss on training rows says of a channel
    (Molchanov 2019); "scale", what normalisations multiply it by (Liu 2017); "l2", the size of its weights (Fang 2023).
    Of `scope` "layer" every layer loses that share, of "global" the network as a whole; of "macs" it loses that share
    of its multiply-accumulates, first by channels that matter least for each of these; a tenth of each layer stays.
    It is done in `rounds`, each of which takes the same share of what was left, and trains with the learning rate of
    the first training (Renda 2020); `teaching` is the share of the loss that follows the scores of the whole model
    (Hinton 2015). Training with `epochs` 0 is left out. Raises Unsupported, with the nearest layer that is served, for
    a layer whose channels are not known, and where no channel may go.
    """
    network = trained.network()
    start = traced(network)
    whole = macs(kernels(network, start))
    if not blocks(start):
        raise Unsupported("no channel of this model may go: it has none but its inputs and outputs. Try low_rank.")
    data = workspace.tensors(splits.train, splits.dataset.source.memory)
    examples = Examples(data, splits.task.kind, trained.recipe.seed)
    teacher = Teacher(network_scores(network, splits.train.x), share=teaching) if teaching and epochs else None
    for done in range(1, rounds + 1):
        network = _narrower(network, start, examples, (by, scope, whole), (1 - share) ** (done / rounds))
        if epochs:
            refined = refine(network, trained, splits, workspace, {"epochs": epochs}, teacher)
            trained = continued(trained, network, refined)
    return with_network(trained, network)


def _narrower(
    network: keras.Model, start: Trace, examples: Examples, how: tuple[str, str, int], left: float
) -> keras.Model:
    """Return the network with the share `left` of what it had at the `start`: of channels, or of the `whole` work."""
    by, scope, whole = how
    trace = traced(network)
    found = importance(by, network, trace, examples)
    if scope == "macs":
        stays = staying_by_work(trace, start, found, kernels(network, trace), left * whole)
    else:
        stays = staying(trace, start, found, left, scope)
    return without(network, trace, stays)
