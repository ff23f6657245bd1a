"""Where the record of a root's studies goes: the MLflow store below the root, or a server that the root remembers.

The server is remembered in `mlruns/tracking.json`, so that a study that goes on keeps going there. Addresses are shown
and stored, so they hold no password: MLflow's client takes it from the environment, by the names in `SECRETS`. Nothing
else of the environment decides where a record goes.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

from search.files import read_json, require_ignored, write_json
from search.record.spool import spool_folder
from zoo.errors import BadData, BadValue

LOCAL = "local"  # the store below the root, as `--tracking-uri` takes it
SECRETS = ("MLFLOW_TRACKING_PASSWORD", "MLFLOW_TRACKING_TOKEN", "MLFLOW_TRACKING_USERNAME")
_LOCK_S = 10.0  # for which another process that is shipping is waited for
_EXAMPLE = f"Try --tracking-uri http://127.0.0.1:5000, or {LOCAL} for the record below mlruns."


def checked(address: str) -> str:
    """Return an address as it is kept; raise BadValue, which repeats no password, for one that cannot be."""
    text = address.strip().rstrip("/")
    if text == LOCAL:
        return text
    parts = _split(text)
    if "@" in parts.netloc:
        raise BadValue(
            f"the tracking address of {parts.hostname} holds a user or password, and addresses are stored and shown."
            " Leave it out, and set MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD, or MLFLOW_TRACKING_TOKEN."
        )
    plain = f"{parts.scheme}://{parts.netloc}{parts.path}".rstrip("/")
    if text != plain:
        raise BadValue(f"the tracking address goes on after its path, with ? or #. Try --tracking-uri {plain}.")
    return text


def remembered(root: Path | str) -> str | None:
    """Return the address of the server that the record of `root` goes to; None when it stays below the root."""
    path = _memory(root)
    if not path.exists():
        return None
    known = read_json(path)
    if not isinstance(known, dict) or not isinstance(known.get("address"), str):
        raise BadData(f'{path} holds no text under "address". Give it again with --tracking-uri, or remove the file.')
    return checked(known["address"])


def database_path(root: Path | str) -> Path:
    """Return the file of the MLflow store below a root."""
    return Path(root).absolute() / "mlruns" / "mlflow.db"


def local_uri(root: Path | str) -> str:
    """Return the address of the MLflow store below a root."""
    return f"sqlite:///{database_path(root)}"


def track(root: Path | str, address: str | None, said: Callable[[str], None] = lambda text: None) -> str | None:
    """Remember where the record of `root` goes from now on, None as before, and say so; return the server's address.

    A new place gets all that is still spooled, also what another place has. Raises BadValue while another process
    ships.
    """
    place = Path(root).resolve()
    if address is not None and checked(address) != (_known(place) or LOCAL):
        went = _change(place, checked(address))
        said(_said_of(remembered(place)) + (f"; what went elsewhere goes there too (runs: {went})" if went else ""))
    elif (server := remembered(place)) is not None:
        said(f"{_said_of(server)}, as mlruns/tracking.json says; --tracking-uri {LOCAL} ends that")
    return remembered(place)


def hidden(text: str) -> str:
    """Return a text without the secrets that MLflow's client is given, nor passwords in addresses."""
    for secret in filter(None, map(os.environ.get, SECRETS)):
        text = text.replace(secret, "***")
    return re.sub(r"(?<=://)[^\s/@]+@", "***@", text)


def _split(text: str) -> SplitResult:
    value = "given" if "@" in text else f"'{text}'"  # what stands before an @ may be a password
    try:
        parts = urlsplit(text)
        _ = parts.port
    except ValueError:
        raise BadValue(f"the tracking address is {value}, whose host or port is none. {_EXAMPLE}") from None
    if parts.scheme not in ("http", "https") or not parts.hostname or re.search(r"\s", text):
        raise BadValue(f"the tracking address is {value}; it must be that of a server, http or https. {_EXAMPLE}")
    return parts


def _memory(root: Path | str) -> Path:
    return Path(root).absolute() / "mlruns" / "tracking.json"


def _known(root: Path) -> str | None:
    try:
        return remembered(root)
    except (BadData, BadValue):
        return ""  # no place at all, so that any is a new one


def _said_of(server: str | None) -> str:
    return "the record stays below mlruns" if server is None else f"the record goes to {server}"


def _change(root: Path, address: str) -> int:
    """Remember another place; return how many runs are sent there again."""
    from search.tracking import only_shipper

    path = _memory(root)
    try:
        with only_shipper(root, _LOCK_S):
            require_ignored(path.parent)
            path.unlink(missing_ok=True) if address == LOCAL else write_json(path, {"address": address})
            return _send_again(root)
    except BlockingIOError:
        raise BadValue(
            f"another process is shipping the record of {root}. Wait for it, then run the same command again."
        ) from None


def _send_again(root: Path) -> int:
    """Lay spools that were sent where they are sent from; return how many."""
    folder = spool_folder(root)
    sent = [path for path in (folder / "sent").glob("*.jsonl") if not (folder / path.name).exists()]
    for path in sent:
        path.rename(folder / path.name)
    return len(sent)
