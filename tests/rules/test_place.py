"""Where keys and values stand in a TOML text, held against tomllib."""

import tomllib

from hypothesis import given
from hypothesis import strategies as st

from rules.toml.place import locate
from rules.toml.table import read_toml

PLACES = """\
# [[rule]] in a comment
title = "说 [[rule]]"   # why = "x"
[[rule]]
why = '''
[[rule]]
'''
"标签" = ["一",
  "二"]   # 两个
[rule.expect]
not = { a = 1, "b c" = [ {d = 2} ] }
[[rule]]
why = "a\\"b = c"
x.y = 3
"""


def test_places_are_those_of_the_text(file):
    root = read_toml(file(PLACES))
    first, second = root.tables("rule")
    assert root.place("title") == (2, 9)
    assert (first.line, second.line) == (3, 11)
    assert first.place("why") == (4, 7)
    assert first.key_place("标签") == (7, 1)
    assert first.item_place("标签", 1) == (8, 3)
    assert first.table("expect").line == 9
    assert first.table("expect").table("not").place("a") == (10, 13)
    assert first.table("expect").table("not").tables("b c")[0].place("d") == (10, 31)
    assert second.raw("why") == '"a\\"b = c"'
    assert second.table("x").place("y") == (13, 7)
    assert root.source(13) == "x.y = 3"


def same_shape(value, spot):
    if isinstance(value, dict):
        assert set(value) == set(spot.children)
        return all(same_shape(value[key], spot.children[key]) for key in value)
    if isinstance(value, list):
        return len(value) == len(spot.items) and all(map(same_shape, value, spot.items))
    return tomllib.loads("x = " + spot.raw)["x"] == value


def quoted(text):
    return '"' + "".join(f"\\u{ord(c):04x}" if c in '"\\\n\t' else c for c in text) + '"'


WORDS = st.text(alphabet="aé中“”\"'\\=#[]{},. \n\t是，＝", max_size=12).map(quoted)
OTHERS = st.sampled_from(["1", "-2.5", "true", "2026-01-01", "08:30:00", "'''a\n]'''", '"""x\n[[y]]"""'])
VALUES = st.recursive(
    WORDS | OTHERS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda items: "[ " + ",\n ".join(items) + " ]"),
        st.lists(inner, max_size=2).map(lambda vs: "{ " + ", ".join(f"k{n} = {v}" for n, v in enumerate(vs)) + " }"),
    ),
    max_leaves=6,
)


@given(
    st.lists(st.tuples(st.sampled_from(["", "[t{}]\n", "[[many]]\n", "[[many]]\n[many.sub]\n"]), VALUES), max_size=5)
)
def test_every_value_that_tomllib_reads_is_found_where_it_stands(pairs):
    text = "".join(f"{head.format(n)}key{n} = {value} # c\n" for n, (head, value) in enumerate(pairs))
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return  # a line break within { }
    assert same_shape(values, locate(text))
