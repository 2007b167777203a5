"""Why what somebody wrote gives no value: half a sentence in Chinese, for whom it is put right."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Doubt:
    reason: str
