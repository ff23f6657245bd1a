"""Ships spools to MLflow: one parent run a study, one child run a trial. The only folder whose files import mlflow.

Whatever fails here comes back as a one-line warning; the spool stays and the next call ships it. A spool is sent in any
number of tries without doubles: runs are found by the tag `zoo.spool`, a point keeps the time it was spooled at and so
its primary key in MLflow, a model's version is found by the champion it holds, and a spool is put away only after its
run has its end state.
"""

from __future__ import annotations

from search.record.addresses import database_path
from search.tracking._asking import leaderboard, run_id
from search.tracking._fetching import Fetched, fetch
from search.tracking._forgetting import Forgotten, forget
from search.tracking._runs import KEY_TAG, PARENT_TAG, SENT_TAG
from search.tracking._shipping import Shipped, prepare, ship
from search.tracking._store import only_shipper, tracking_uri

__all__ = [
    "KEY_TAG",
    "PARENT_TAG",
    "SENT_TAG",
    "Fetched",
    "Forgotten",
    "Shipped",
    "database_path",
    "fetch",
    "forget",
    "leaderboard",
    "only_shipper",
    "prepare",
    "run_id",
    "ship",
    "tracking_uri",
]
