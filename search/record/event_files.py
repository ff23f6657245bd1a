"""The lines of a trial's spool as records of TensorBoard's event files: scalars by epoch, and hparams.

Without TensorFlow: TensorBoard brings the messages and the framing (length, its CRC, the message, its CRC).
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from search.record.spooled import Event

if TYPE_CHECKING:
    from tensorboard.compat.proto.event_pb2 import Event as Record
    from tensorboard.compat.proto.summary_pb2 import Summary

VERSION = "brain.Event:2"  # what each event file begins with
_ENDS = {"FINISHED": "STATUS_SUCCESS", "KILLED": "STATUS_FAILURE", "FAILED": "STATUS_FAILURE"}


def records(events: Iterable[Event]) -> Iterator[bytes]:
    """Yield the records of a run, framed; each follows from one line of the spool, so that more lines add records."""
    has_begun = False
    for event in events:
        if event["kind"] == "start" and not has_begun:
            has_begun = True
            yield _framed(event, file_version=VERSION)
            yield _framed(event, summary=_begun(event))
        elif event["kind"] == "metrics":
            yield _framed(event, step=event["step"], summary=_scalars(event["values"]))
        elif event["kind"] == "end":
            yield _framed(event, summary=_ended(event))


def _framed(event: Event, **content: Any) -> bytes:
    from tensorboard.compat.proto import event_pb2
    from tensorboard.summary.writer.record_writer import RecordWriter

    record: Record = event_pb2.Event(wall_time=event["time"] / 1000, **content)
    buffer = io.BytesIO()
    RecordWriter(buffer).write(record.SerializeToString(deterministic=True))
    return buffer.getvalue()


def _scalars(values: dict[str, Any]) -> Summary:
    from tensorboard.compat.proto.summary_pb2 import Summary

    return Summary(value=[Summary.Value(tag=name, simple_value=float(value)) for name, value in values.items()])


def _begun(event: Event) -> Summary:
    """Return the values of the trial as TensorBoard's HParams page takes them."""
    from tensorboard.plugins.hparams import metadata, plugin_data_pb2

    info = plugin_data_pb2.SessionStartInfo(group_name=event["name"], start_time_secs=event["time"] / 1000)
    for name, text in event["params"].items():
        _set(info.hparams[name], text)
    return _hparams(metadata.SESSION_START_INFO_TAG, plugin_data_pb2.HParamsPluginData(session_start_info=info))


def _ended(event: Event) -> Summary:
    from tensorboard.plugins.hparams import api_pb2, metadata, plugin_data_pb2

    status = api_pb2.Status.Value(_ENDS[event["status"]])
    info = plugin_data_pb2.SessionEndInfo(status=status, end_time_secs=event["time"] / 1000)
    return _hparams(metadata.SESSION_END_INFO_TAG, plugin_data_pb2.HParamsPluginData(session_end_info=info))


def _hparams(tag: str, data: Any) -> Summary:
    from tensorboard.compat.proto.summary_pb2 import Summary
    from tensorboard.plugins.hparams import metadata

    about = metadata.create_summary_metadata(data)
    return Summary(value=[Summary.Value(tag=tag, metadata=about, tensor=metadata.NULL_TENSOR)])


def _set(value: Any, text: str) -> None:
    """Put a text into a message as what it is: a number, true or false, or a text."""
    if text in ("True", "False"):
        value.bool_value = text == "True"
        return
    try:
        value.number_value = float(text)
    except ValueError:
        value.string_value = text
