"""Files of small tables for the tests of their reader, and the line in which one is refused."""

from pathlib import Path

import pytest

from zoo.data import load_data
from zoo.errors import BadData, ZooError

ROWS = "1,2.5,a\n2,,b\n3,4.5,a\n4,5.5,b\n5,6.5,a\n6,7.5,b\n"


def write(folder: Path, text: str | bytes, name: str = "churn.csv") -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def refusal(path: Path | str, target: str | None = "churn", kind: type[ZooError] = BadData) -> str:
    with pytest.raises(kind) as caught:
        load_data(path, target=target)
    message = str(caught.value)
    assert "\n" not in message
    return message
