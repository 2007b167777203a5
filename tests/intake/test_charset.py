"""Labels lie: what the bytes say is what is read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.mime.charset import codec_of, decode

RARE = "朱镕基、喆、㛃、𠮷：张伟推荐"
CHINESE_LABELS = [
    "gb2312", "GBK", "cp936", "MS936", "x-gbk", "gb_2312-80", "csgb2312", "EUC-CN", "gb18030", "gb18030-2022",
    "x-mac-chinesesimp", "csISO58GB231280", "iso-ir-58", "windows-936", "x-euc-cn", "chinese", "GB2312 ",
]  # fmt: skip


@pytest.mark.parametrize("label", CHINESE_LABELS)
def test_every_mainland_label_is_read_as_gb18030(label):
    assert codec_of(label) == "gb18030"
    assert decode(RARE.encode("gb18030"), label) == (RARE, ())


@pytest.mark.parametrize(
    ("declared", "written", "text", "mislabelled"),
    [
        ("utf-8", "utf-8", RARE, False),
        (None, "utf-8", RARE, False),
        (None, "gb18030", RARE, False),
        ("", "gb18030", RARE, False),
        ("unknown-8bit", "gb18030", RARE, False),
        ("utf-8", "gb18030", RARE, True),
        ("gb2312", "utf-8", RARE, True),
        ("gbk", "utf-8", "张伟", True),
        ("gbk", "utf-8", "张", True),
        ("gb2312", "utf-8", "姓名：张伟，电话 13800001234", True),
        ("us-ascii", "utf-8", RARE, True),
        ("us-ascii", "gbk", "重庆市工程师协会", True),
        ("iso-8859-1", "gbk", "重庆市工程师协会", True),
        ("windows-1252", "utf-8", RARE, True),
        ("iso-8859-1", "latin-1", "José Müller és Zoë", False),
        ("gb2312", "gbk", "联通", False),  # valid UTF-8 by accident, of no Chinese letter
        ("gb2312", "gbk", "伟", False),
        ("hz-gb-2312", "hz", "张伟", False),
        ("big5", "big5", "張偉，推薦人", False),
        ("utf-16", "utf-16", RARE, False),
        ("utf-16le", "utf-16-le", RARE, False),
        ("utf-7", "utf-7", RARE, False),
        ("shift_jis", "shift_jis", "日本語", False),
        ("utf-8", "utf-8-sig", RARE, False),
        (None, "utf-16", "您好，附件是征集表", False),  # its mark tells
        ("big5", "gbk", "您好，附件是征集表，请查收。", True),
        ("gbk", "big5", "您好，附件是徵集表，請查收。", True),
        ("gb2312", "gb18030", "镕喆㛃𠮷㙍䶮堃玥", False),  # rare, and no Big5 for that
        ("big5", "big5", "鬱靈齊龍籲鑰", False),
    ],
)
def test_bytes_decide_where_the_label_cannot_be_right(declared, written, text, mislabelled):
    read, defects = decode(text.encode(written), declared)
    assert read == text
    assert any("mislabelled" in defect for defect in defects) is mislabelled


@pytest.mark.parametrize(
    "label", ["x-nobody", "zlib", "base64", "idna", "unicode_escape", "punycode", "a\0b", "x" * 300]
)
def test_an_unknown_label_is_a_defect_and_never_a_codec(label):
    text, defects = decode(RARE.encode("gb18030"), label)
    assert text == RARE
    assert defects[0].startswith("charset unknown: ")


def test_a_utf8_text_cut_in_mid_character_does_not_become_mojibake():
    text, defects = decode(("重庆市工程师协会" * 5).encode()[:-1], "utf-8")
    assert text.startswith("重庆市工程师协会" * 4)
    assert text.endswith("\ufffd")
    assert defects == ("charset damaged: bytes that are no utf_8",)


def test_a_gbk_text_with_one_bad_byte_keeps_the_rest():
    text, defects = decode("重庆市工程师协会".encode("gbk") + b"\xff" + "推荐".encode("gbk"), "gbk")
    assert text.startswith("重庆市工程师协会")
    assert text.endswith("推荐")
    assert len(defects) == 1


def test_no_nul_no_mark_no_half_character_reaches_a_database():
    assert decode(b"\xef\xbb\xbfa\0b", "utf-8")[0] == "ab"
    assert decode(b"+2AA-", "utf-7")[0] == "\ufffd"


@given(
    st.binary(),
    st.one_of(
        st.none(), st.text(max_size=20), st.sampled_from([*CHINESE_LABELS, "utf-8", "utf-16", "hz", "utf-7", "ascii"])
    ),
)
def test_any_bytes_under_any_label_give_text(data, label):
    text, _ = decode(data, label)
    text.encode("utf-8")
    assert "\0" not in text


@given(
    st.text(alphabet=st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=4),
    st.sampled_from(["gb2312", "utf-8", None]),
)
def test_chinese_survives_any_of_the_common_lies(text, label):
    assert decode(text.encode("utf-8"), label)[0] == text
