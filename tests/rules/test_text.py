import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.text import _compatible, composed, fold, normalise


@pytest.mark.parametrize(
    ("typed", "compared"),
    [
        ("攻\n坚 克 难 Ａbc", "攻坚克难abc"),
        ("ＡＩ　大模型", "ai大模型"),
        ("Straße  No. 5", "strasse no. 5"),
        ("攻\u200b坚\u00ad克\ufeff难", "攻坚克难"),
        ("  \t\r\n ", ""),
        ("２０㎏", "20kg"),
        ("hello\n\n world", "hello world"),
        ("在 ABB 公司", "在abb公司"),
        ("時間 时间", "時間时间"),  # traditional stays traditional
    ],
)
def test_normalise(typed, compared):
    assert normalise(typed) == compared


@given(st.text())
def test_normalising_ends_without_outer_or_double_blanks(text):
    got = normalise(text)
    assert got == got.strip()
    assert "  " not in got


@given(st.text())
def test_the_short_way_to_nfkc_gives_nfkc(text):
    assert _compatible(text) == unicodedata.normalize("NFKC", text)


@pytest.mark.parametrize("marks", ["\u0f71\u0f72", "\u0301\u0327", "\u0f73\u0315", "ﾞ\u0f71"])
def test_marks_without_end_upon_a_letter_cost_no_time(marks):
    """A million of them would take an hour to be put in order."""
    assert len(composed("甲" + marks * 500_000 + "乙", "NFKC")) < 100
    assert normalise("甲" + marks * 500_000 + "乙")[-1] == "乙"


@given(st.lists(st.sampled_from(["e\u0301", "o\u0302\u0301", "。" * 40, "—" * 99, "ハ\u3099", "ﾊﾞ", "攻"]), max_size=8))
def test_what_people_write_is_composed_as_it_is(pieces):
    text = "".join(pieces) * 99
    assert composed(text) == unicodedata.normalize("NFC", text)


@given(st.text(alphabet="攻坚 克难\n\tＡbC，,「\u200b２"))
def test_normalising_twice_changes_nothing(text):
    assert normalise(normalise(text)) == normalise(text)


@pytest.mark.parametrize(("typed", "folded"), [("（Ａ）　且", "(a) 且"), ("℃㎏", "℃㎏"), ("İX", "İx"), ("“”", "“”")])
def test_fold(typed, folded):
    assert fold(typed) == folded


@given(st.text())
def test_folding_keeps_every_column(text):
    assert len(fold(text)) == len(text)
