"""A field's text as a value: phones, months, numbers, choices, names, stories, normalised; what is wrong is a problem."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from rules.campaign import Field


@dataclass(frozen=True, slots=True)
class Problem:
    """Something about a field, a form or a mail that somebody should know. `message` is Chinese, for the submitter."""

    field: str | None  # the field's key; None: the whole
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Value:
    value: str | int
    problems: tuple[Problem, ...] = ()


def read_value(field: Field, raw: str, today: date) -> Value | Problem | None:
    """The value of `raw`, a Problem where it is no value of that type (bad_phone, bad_date …), None where it is empty."""
    raise NotImplementedError
