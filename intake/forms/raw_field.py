"""What was written for one field of a form, and where."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RawField:
    """What was written for one field, untouched but for the form's own hints."""

    text: str
    place: str  # Chinese: where a person finds it
    confidence: float
