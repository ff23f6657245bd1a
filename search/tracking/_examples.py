"""What a registered model takes and gives, as MLflow records it; the example holds no row of the user's data."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from zoo.headings import headings
from zoo.preparation.impute import Impute

if TYPE_CHECKING:
    import pandas as pd
    from mlflow.models import ModelSignature

    from zoo.bundle import Bundle
    from zoo.preparation._fitted import Preparation

_MOST_NUMBERS = 4096  # in an example: 64 x 64 pixels


def signature(bundle: Bundle) -> ModelSignature:
    """Return the answer's columns and, of a table, the row's; their types are open, as are arrays.

    MLflow would refuse whole numbers where a `double` is declared, and pixels of another dtype.
    """
    from mlflow.models import ModelSignature
    from mlflow.types.schema import AnyType, ColSpec, Schema

    columns = [ColSpec(AnyType(), name) for name in bundle.preparation.columns if _is_table(bundle.preparation)]
    first, *others = headings(bundle.classes, bundle.preparation.facts.get("horizon", 1))
    answer = ColSpec("string" if bundle.classes else "double", first)
    others = [ColSpec("double", name) for name in others]
    return ModelSignature(Schema(columns) if columns else None, Schema([answer, *others]))


def example(preparation: Preparation) -> pd.DataFrame | np.ndarray | None:
    """Return one raw row to ask with: a table's medians, a text, or zeros of the shape of an image or a series."""
    if preparation.modality == "text":
        return _one_text(preparation)
    if preparation.is_ragged:
        return None
    if _is_table(preparation):
        return _typical_row(preparation)
    blank = np.zeros((1, *preparation.raw_shape), preparation.dtype)
    return blank if blank.size <= _MOST_NUMBERS else None


def _one_text(preparation: Preparation) -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame({(*preparation.columns, "text")[0]: ["a text"]})


def _is_table(preparation: Preparation) -> bool:
    return bool(preparation.columns) and len(preparation.raw_shape) == 1


def _typical_row(preparation: Preparation) -> pd.DataFrame:
    import pandas as pd

    medians = iter(next((step.medians for step in preparation.steps if isinstance(step, Impute)), ()))
    firsts = {name: next(iter(texts), None) for name, texts in preparation.categories.items()}
    cells = {name: firsts[name] if name in firsts else next(medians, 0.0) for name in preparation.columns}
    return pd.DataFrame([cells])
