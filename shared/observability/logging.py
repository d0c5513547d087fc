"""Logs: one JSON object a line on stdout, constant messages, everything else in fields."""

import json
import logging
import sys
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

correlation_id: ContextVar[str] = ContextVar("correlation_id", default="")
"""Of the request or event in hand; added to every line."""
trace_id: ContextVar[str] = ContextVar("trace_id", default="")
"""Of the same; added to every line."""

_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
_TRACEBACK_MOST = 8000
"""Characters; what comes before the last ones is cut."""
_encode = json.JSONEncoder(ensure_ascii=False, default=str).encode


class JsonLines(logging.Formatter):
    """Writes a record as one line of JSON."""

    def __init__(self, service: str) -> None:
        super().__init__()
        self._service = service

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "service": self._service,
            "message": record.getMessage(),
        }
        if correlation := correlation_id.get():
            line["correlation_id"] = correlation
        if trace := trace_id.get():
            line["trace_id"] = trace
        line.update({k: value for k, value in vars(record).items() if k not in _STANDARD})
        if record.levelno >= logging.WARNING:
            line["logger"] = record.name
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)[-_TRACEBACK_MOST:]
        return _encode(line)


def configure(service: str, level: str) -> None:
    """Send all logs of this process to stdout as JSON lines.

    Args:
        service: Named in every line.
        level: The least that is written: DEBUG, INFO, WARNING or ERROR.
    """
    # Where a line was written from, and by which thread, is not given; finding out costs more
    # than all the rest (the "Optimization" section of Python's logging HOWTO).
    logging._srcfile = None
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(JsonLines(service))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for chatty in ("nameko", "pymongo", "amqp", "kombu"):
        logging.getLogger(chatty).setLevel(max(logging.WARNING, root.level))
