"""The data of a run as MLflow shows it: name, digest, where it lies, its columns and its size."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from search.record.spooled import Event

if TYPE_CHECKING:
    from mlflow.entities import DatasetInput

_NAME_LIMIT, _DIGEST_LIMIT = 500, 36  # characters; mlflow.utils.validation
_CONTEXT = "mlflow.data.context"


def dataset_input(event: Event) -> DatasetInput:
    """Return what MLflow takes for a line of the kind `input`; a digest is cut to what it stores, 144 bits."""
    from mlflow.entities import Dataset, DatasetInput, InputTag

    source = json.dumps({"uri": event["source"]})
    named = event["name"][:_NAME_LIMIT], event["digest"][:_DIGEST_LIMIT]
    dataset = Dataset(*named, "local", source, event.get("schema"), event.get("profile"))
    return DatasetInput(dataset, [InputTag(_CONTEXT, event.get("context", "training"))])
