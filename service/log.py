"""What the service writes while it works: lines for people or JSON for programs, phones masked in every one of them."""

from __future__ import annotations

import json
import logging
import re
import sys
import traceback
from collections.abc import Callable
from datetime import datetime, tzinfo
from functools import partial
from typing import TYPE_CHECKING, TextIO

from loguru import logger

from intake.chinese.characters import printable

if TYPE_CHECKING:
    from loguru import Message, Record

MOBILE = re.compile(r"(?<!\d)((?:86[- ]?)?1[3-9]\d)([- ]?)\d{4}([- ]?)(\d{4})(?!\d)")
LANDLINE = re.compile(r"(?<!\d)([(（]?0(?:10|2\d|[3-9]\d\d)[)）]?[- ]?)\d{3,4}(\d{4})(?!\d)")


def masked(text: str) -> str:
    """Phones made useless to a reader of logs: 138****1234, 023-****1234."""
    return LANDLINE.sub(r"\1****\2", MOBILE.sub(r"\1\2****\3\4", text))


def set_up(
    form: str = "auto", stream: TextIO | None = None, level: str = "INFO", *, zone: tzinfo | None = None
) -> None:
    """Log to `stream` (standard error). `form` is of config.toml: auto colours on a terminal, human never, json for programs.

    `zone` is the service's time, for people; None is that of the machine.
    """
    target = stream or sys.stderr
    logger.remove()
    if form == "json":
        logger.add(_writer(target, _json_line), level=level, format="{message}")
    else:
        colour = form == "auto" and target.isatty()
        # diagnose would print the values of variables: names, phones, whole stories
        logger.add(
            _writer(target, _human_line),
            level=level,
            colorize=colour,
            format=partial(_human_format, zone),
            backtrace=False,
            diagnose=False,
        )
    # imapclient and smtplib print whole mails and the login at DEBUG
    logging.basicConfig(handlers=[_FromLibraries()], level=logging.WARNING, force=True)


def speaker(form: str, stream: TextIO | None = None, zone: tzinfo | None = None) -> Callable[[str], None]:
    """Tells on standard output, live, what happens to each mail; in a JSON log it is one more record."""
    if form == "json":
        return lambda line: logger.info("{}", line)

    def say(line: str) -> None:
        now = datetime.now(zone)  # None: the clock on the wall
        print(f"{now:%H:%M:%S} {printable(masked(line))}", file=stream or sys.stdout, flush=True)

    return say


def _writer(stream: TextIO, line: Callable[[Message], str]) -> Callable[[Message], None]:
    """A sink. Masking is done here, at the very last: loguru puts exceptions in after any patcher."""

    def write(message: Message) -> None:
        stream.write(printable(masked(line(message))))
        stream.flush()

    return write


def _human_format(zone: tzinfo | None, record: Record) -> str:
    mark = "" if record["level"].no <= logging.INFO else "<level>{level}</level> "
    return f"<dim>{record['time'].astimezone(zone):%H:%M:%S}</dim> " + mark + "{message}\n{exception}"


def _human_line(message: Message) -> str:
    return str(message)


def _json_line(message: Message) -> str:
    record = message.record
    fields: dict[str, object] = {
        "time": record["time"].isoformat(),
        "level": record["level"].name,
        "where": record["name"],
        "message": record["message"],
    }
    error = record["exception"]
    if error is not None:
        fields["exception"] = "".join(traceback.format_exception(error.type, error.value, error.traceback))
    return json.dumps(fields | record["extra"], ensure_ascii=False, default=str) + "\n"


class _FromLibraries(logging.Handler):
    """What libraries say through `logging` goes the same way."""

    def emit(self, record: logging.LogRecord) -> None:
        logger.opt(exception=record.exc_info).log(record.levelname, "{}: {}", record.name, record.getMessage())
