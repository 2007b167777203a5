"""Logs: phones masked wherever they stand, lines for people, JSON for programs, libraries kept quiet."""

import io
import json
import logging
from datetime import datetime, timedelta, timezone

import pytest
from loguru import logger

from service import log


@pytest.fixture
def written():
    """Log to a string; afterwards everything is as it was."""
    kept = logging.getLogger().handlers[:], logging.getLogger().level
    stream = io.StringIO()

    def set_up(form, **more):
        log.set_up(form, stream, **more)
        return stream

    yield set_up
    logger.remove()
    logging.getLogger().handlers[:], logging.getLogger().level = kept[0], kept[1]


def fail(text):
    raise ValueError(text)


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("电话13800001234。", "电话138****1234。"),
        ("138 0000 1234", "138 **** 1234"),
        ("138-0000-1234", "138-****-1234"),
        ("+8613800001234", "+86138****1234"),
        ("+86 13800001234", "+86 138****1234"),
        ("023-67891234", "023-****1234"),
        ("(023)67891234", "(023)****1234"),
        ("02367891234", "023****1234"),
        ("0831-2345678", "0831-****5678"),
        ("YG-2026-00012", "YG-2026-00012"),
        ("2026-11-20 08:30:00", "2026-11-20 08:30:00"),
        ("uid 1392611444, 71680000 bytes", "uid 1392611444, 71680000 bytes"),
    ],
)
def test_phones_are_masked_and_nothing_else(text, masked):
    assert log.masked(text) == masked


def test_people_read_the_time_of_the_service_not_of_the_machine(written):
    fixed = timezone(timedelta(hours=5, minutes=45))
    stream = written("human", zone=fixed)
    before = datetime.now(fixed)
    logger.warning("late")
    assert stream.getvalue()[:5] in {f"{moment:%H:%M}" for moment in (before, datetime.now(fixed))}


@pytest.mark.parametrize("form", ["auto", "human", "json"])
def test_no_phone_in_any_form_of_log_not_even_in_an_exception(written, form):
    stream = written(form)
    phone = "13800001234"
    logger.info("from {}", phone)
    logger.bind(who=phone).warning("bound")
    try:
        fail(f"cannot read {phone}")
    except ValueError:
        logger.exception("failed")
    logging.getLogger("some.library").error("saw %s", phone)
    assert "138****1234" in stream.getvalue()
    assert phone not in stream.getvalue()


def test_lines_for_people_have_no_colour_outside_a_terminal(written):
    stream = written("auto")
    logger.info("received {} mails", 3)
    logger.warning("careful")
    first, second = stream.getvalue().splitlines()
    assert first.endswith("received 3 mails")
    assert second.endswith("WARNING careful")
    assert "\x1b" not in stream.getvalue()


def test_a_message_with_braces_and_tags_is_written_as_it_is(written):
    stream = written("auto")
    logger.info("{}", "<red>{name}</red>")
    assert "<red>{name}</red>" in stream.getvalue()


def test_json_is_one_object_a_line(written):
    stream = written("json")
    logger.bind(message_id=7).info("张伟")
    try:
        fail("x")
    except ValueError:
        logger.exception("failed")
    first, second = (json.loads(line) for line in stream.getvalue().splitlines())
    assert (first["level"], first["message"], first["message_id"]) == ("INFO", "张伟", 7)
    assert "ValueError: x" in second["exception"]


def test_libraries_are_heard_from_warnings_on(written):
    stream = written("human")
    logging.getLogger("imapclient.imaplib").debug("> LOGIN user secret")
    logging.getLogger("apscheduler").info("added job")
    logging.getLogger("apscheduler").warning("missed by 2 s")
    assert stream.getvalue().count("\n") == 1
    assert "apscheduler: missed by 2 s" in stream.getvalue()


def test_variables_of_a_failing_function_stay_out_of_the_log(written):
    stream = written("human")
    story = "confidential story"
    try:
        fail(len(story))
    except ValueError:
        logger.exception("failed")
    assert "ValueError" in stream.getvalue()
    assert "'confidential story'" not in stream.getvalue()


def test_nobody_paints_on_the_terminal(written):
    """A name can hold what moves the cursor, sets the window's title or turns the writing round."""
    name = "张\x1b[2J\x1b]0;x\x07\x9b2K\u202e\r伟"
    told, stream = io.StringIO(), written("human")
    log.speaker("auto", told)(name)
    logger.warning("{}", name)
    for shown in (told.getvalue(), stream.getvalue()):
        assert shown.rstrip("\n").isprintable()
        assert "张" in shown


def test_the_speaker_masks_too(written):
    stream = io.StringIO()
    log.speaker("auto", stream)("已建档 13800001234")
    assert stream.getvalue().endswith(" 已建档 138****1234\n")
    told = written("json")
    log.speaker("json")("已建档 {x}")
    assert json.loads(told.getvalue())["message"] == "已建档 {x}"
