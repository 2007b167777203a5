import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.toml.locator import places_in

RAW = [
    '"工作年限 不少于 20"',
    "'里面有 \\ 和 \"引号\"'",
    '"有\\t转义\\"和\\u4e2d字"',
    '"""\n线索亮点 为空\n且 性别 为空\n"""',
    '"""折\\\n   行"""',
    "'''\n原样 \\n 两行\n'''",
    '""',
]


@pytest.mark.parametrize("raw", RAW)
def test_every_character_stands_where_it_was_typed(raw):
    value = tomllib.loads("k = " + raw)["k"]
    lines = ("    " + raw).split("\n")
    places = places_in(raw, value, 1, 5)
    assert len(places) == len(value) + 1
    for char, (line, column) in zip(value, places, strict=False):
        typed = (lines[line - 1] + "\n")[column - 1]
        assert typed in {char, "\\"}


def test_what_does_not_agree_has_no_places():
    assert places_in('"abc"', "abd", 1, 1) == ()
    assert places_in("20", "20", 1, 1) == ()
    assert places_in("", "", 1, 1) == ()


@given(st.text(), st.text(), st.sampled_from(['"', "'", '"""', "'''"]))
def test_any_text_gives_places_or_none(inner, value, quote):
    places = places_in(quote + inner + quote, value, 3, 7)
    assert places == () or len(places) == len(value) + 1
