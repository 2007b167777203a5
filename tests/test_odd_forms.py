"""Forms made at random: whatever layout, labels, marks and markup, every field is read as it was written."""

from __future__ import annotations

import pytest
from odd_forms import mail_of, odd_form
from test_corpus import told


@pytest.mark.parametrize("seed", range(120))
def test_read_as_written(seed: int) -> None:
    odd = odd_form(seed)
    found = [submission["fields"] for submission in told(mail_of(odd))["submissions"]]
    assert found == [dict(one) for one in odd.expected], odd.traits
