"""What MLflow runs to answer with a bundle: raw rows in, a data frame of answers out.

MLflow copies this file into each registered model and runs it by itself, beside the sources of `zoo`; so it imports
nothing of `search`.
"""

from __future__ import annotations

from typing import Any

import mlflow.models
import mlflow.pyfunc
import numpy as np
import pandas as pd

from zoo.bundle import load
from zoo.errors import BadData
from zoo.headings import headings
from zoo.inputs import takes


class Champion(mlflow.pyfunc.PythonModel):
    """A study's best model, as `mlflow.pyfunc.load_model` gives it."""

    def load_context(self, context: Any) -> None:
        """Open the bundle, each of whose files must be as it was exported."""
        self.bundle = load(context.artifacts["bundle"])

    def predict(self, context: Any, model_input: pd.DataFrame, params: dict[str, Any] | None = None) -> pd.DataFrame:
        """Return a data frame: `prediction`, and where there are classes the probability of each under its heading.

        A forecast of several steps has a column for each instead: `step 1`, `step 2` ... Of a data frame, the next
        values after its last row in time are forecast.

        Rows are a data frame with the columns of the training data, or an array of the shape that the data had; texts,
        images of several sizes and recordings, arrays (samples,) at the rate that was learned from, are a list, or
        the only column of a data frame. Raises BadData for others, which says what is taken.
        """
        try:
            found = self.bundle.predict(model_input)
        except BadData as error:
            raise BadData(f"{error} This model takes {takes(self.bundle.preparation)}.") from error
        if found.quantities is not None:
            steps = found.quantities.reshape(len(found.quantities), -1)
            finite = np.where(np.isfinite(steps), steps, np.nan)
            return pd.DataFrame(finite, columns=headings((), steps.shape[1]))
        answers = found.to_json()
        answer, *classes = headings(self.bundle.classes)
        frame = pd.DataFrame({answer: answers["predictions"]})
        probabilities = pd.DataFrame(answers["probabilities"], columns=classes)
        return pd.concat([frame, probabilities], axis=1)


mlflow.models.set_model(Champion())
