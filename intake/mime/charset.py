"""Bytes as text: Chinese mail names its charset wrongly more often than not, so the bytes are asked as well."""

from __future__ import annotations

import re
from encodings.aliases import aliases
from functools import lru_cache

#: Everything that means "Chinese, mainland". A gb2312 label over GBK or GB18030 bytes is normal (镕, 喆, 𠮷),
#: and GB18030 reads all of them; Python itself knows no x-gbk, gb_2312-80, csgb2312 or gb18030-2022.
_GB18030 = re.compile(
    r"(x[-_]?)?(cs)?(gb[-_ ]?\d.*|gbk.*|gb)|(x[-_]?)?(cp|ms|windows[-_]?)936|(x[-_]?)?euc[-_]?(cn|gb.*)|.*chinesesimp.*|chinese"
)
#: Labels put on by programs that had no idea: they decode any byte, and so prove nothing.
_LATIN = frozenset({"ascii", "iso8859_1", "latin_1", "iso8859_15", "cp1252", "cp437", "mac_roman"})
#: No label, in so many words.
_NO_LABEL = frozenset(
    {"", "unknown_8bit", "x_unknown", "unknown", "default", "binary", "none", "8bit", "ansi", "_autodetect_all"}
)
#: Codecs that are no charset; some of them are slow on hostile input.
_NO_CHARSET = frozenset(
    [
        "base64_codec",
        "bz2_codec",
        "hex_codec",
        "quopri_codec",
        "rot_13",
        "uu_codec",
        "zlib_codec",
        "idna",
        "punycode",
        "mbcs",
        "oem",
        "raw_unicode_escape",
        "unicode_escape",
        "undefined",
    ]
)
_CODECS = (frozenset(aliases.values()) | {"utf_8_sig", "utf_7", "utf_16", "utf_32"}) - _NO_CHARSET
#: Taken for each other, by programs in Taipei and Hong Kong and by those who wrote to them.
_CHINESE = {"big5": "gb18030", "gb18030": "big5"}
_UNLIKELY = {"big5": 0.8, "gb18030": 0.45}  # the share of everyday characters below which the label is wrong
_LIKELY = 0.9
_GLANCE = 64  # characters: where these are everyday ones, nothing more is asked
_LEVEL_1 = 0xC6  # the last leading byte of Big5's common characters
_SAMPLE = 400  # characters that are looked at
_TELLING = 6  # wide characters that tell one Chinese charset from the other
_MARKS_16 = (b"\xff\xfe", b"\xfe\xff")
_REPLACED = "\ufffd"
_SPELLS_SURROGATES = ("utf_7", "utf_16", "utf_32")
_SURROGATE = re.compile("[\ud800-\udfff]")


@lru_cache(maxsize=256)
def codec_of(declared: str | None) -> str | None:
    """Python's codec for a charset label; None where there is no such charset, or no label."""
    label = re.sub(r"[^a-z0-9]+", "_", (declared or "")[:60].strip().lower()).strip("_")
    if label in _NO_LABEL:
        return None
    if _GB18030.fullmatch(label):
        return "gb18030"
    codec = aliases.get(label, label)
    if codec in ("gb2312", "gbk"):
        return "gb18030"
    return codec if codec in _CODECS else None


def decode(data: bytes, declared: str | None) -> tuple[str, tuple[str, ...]]:
    """The text of `data`, and what was wrong with it or with its label.

    Tried in turn: the declared charset where it reads every byte and the result is plausible, UTF-8, GB18030; where
    none of them reads every byte, the one that loses least.
    """
    codec = codec_of(declared)
    defects: list[str] = []
    if codec is None and declared and _labelled(declared):
        defects.append(f"charset unknown: {_printable(declared)}")
    text, used = _read(data, codec)
    if codec is not None and used != codec:
        defects.append(f"charset mislabelled: {_printable(declared)}, read as {used}")
    if _REPLACED in text and not (used == "utf_8" and "\ufffd".encode() in data):
        defects.append(f"charset damaged: bytes that are no {used}")
    return _clean(text, used), tuple(defects)


def _labelled(declared: str | None) -> bool:
    """Whether somebody meant to name a charset."""
    return re.sub(r"[^a-z0-9]+", "_", (declared or "").strip().lower()).strip("_") not in _NO_LABEL


def _read(data: bytes, codec: str | None) -> tuple[str, str]:
    text, used = _fitting(data, codec)
    if used not in _CHINESE or _everyday(text[:_GLANCE]):
        return text, used
    if _share(text, used) < _UNLIKELY[used]:
        other = _CHINESE[used]
        if (better := _strict(data, other)) is not None and _share(better, other) > _LIKELY:
            return better, other
    return text, used


def _share(text: str, codec: str) -> float:
    """How much of the text is characters of every day, in simplified or in traditional Chinese."""
    wide = [char for char in text[:_SAMPLE] if char > "\x7f"]
    if len(wide) < _TELLING:
        return (_LIKELY + max(_UNLIKELY.values())) / 2  # neither likely nor unlikely
    return sum(_everyday(char) if codec == "gb18030" else _common_big5(char) for char in wide) / len(wide)


def _common_big5(char: str) -> bool:
    """Of the first level: punctuation and the 5401 common characters."""
    try:
        return char.encode("big5")[0] <= _LEVEL_1
    except UnicodeEncodeError:
        return False


def _fitting(data: bytes, codec: str | None) -> tuple[str, str]:
    if data.isascii() and codec in (None, "gb18030", "utf_8", "ascii", *_LATIN):
        return data.decode("ascii"), codec or "ascii"
    if data.startswith(_MARKS_16) and len(data) % 2 == 0 and (text := _strict(data, "utf_16")) is not None:
        return text, "utf_16"
    utf8 = _strict(data, "utf_8")
    if (codec or "").startswith("utf_16") and utf8 is not None and b"\0" not in data:
        return utf8, "utf_8"
    if codec == "gb18030" and utf8 is not None and _chinese_utf8(utf8):
        return utf8, "utf_8"
    if codec in _LATIN:
        return _read_latin(data, codec or "latin_1", utf8)
    if codec is not None and (text := _strict(data, codec)) is not None:
        return text, codec
    if utf8 is not None:
        return utf8, "utf_8"
    return _read_damaged(data, codec)


def _read_latin(data: bytes, codec: str, utf8: str | None) -> tuple[str, str]:
    """us-ascii and iso-8859-1 labels stand over Chinese bytes as often as over `Müller`."""
    if utf8 is not None:
        return utf8, "utf_8"
    chinese = _strict(data, "gb18030")
    if chinese is not None and _looks_gb2312(chinese):
        return chinese, "gb18030"
    return data.decode("cp1252" if codec == "ascii" else codec, "replace"), codec


def _read_damaged(data: bytes, codec: str | None) -> tuple[str, str]:
    """No label that fits and no UTF-8. A UTF-8 text with one bad byte may still pass for GB18030, as mojibake."""
    utf8 = data.decode("utf_8", "replace")
    if utf8.count(_REPLACED) * 8 < sum(char > "\u07ff" for char in utf8):
        return utf8, "utf_8"
    if (chinese := _strict(data, "gb18030")) is not None:
        return chinese, "gb18030"
    codecs = dict.fromkeys([codec or "gb18030", "gb18030", "utf_8"])
    texts = [(data.decode(name, "replace"), name) for name in codecs]
    return min(texts, key=lambda pair: pair[0].count(_REPLACED))


def _strict(data: bytes, codec: str) -> str | None:
    try:
        return data.decode(codec)
    except UnicodeError:
        return None


def _chinese_utf8(text: str) -> bool:
    """Real GBK text is now and then valid UTF-8 too (of two-byte letters: Greek, Cyrillic), but hardly ever Chinese."""
    return any("\u2010" <= char <= "\uffef" for char in text) and not any(
        "\x80" <= char <= "\u07ff" and char not in "\xa0·°×" for char in text
    )


def _looks_gb2312(text: str) -> bool:
    """Most characters are everyday ones: `és` read as GBK would give a rare one."""
    wide = [char for char in text if char > "\x7f"]
    common = sum(_everyday(char) for char in wide)
    return common * 2 > len(wide)


def nonsense(text: str) -> int:
    """How many of its characters hardly anybody writes in Chinese mail: many, where bytes were put together wrongly."""
    return sum(not (char.isprintable() and (char.isascii() or _everyday(char))) for char in text)


def _everyday(text: str) -> bool:
    try:
        text.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True


def _clean(text: str, used: str) -> str:
    """No byte order mark, no NUL (a database refuses it), no half of a surrogate pair (UTF-7 and UTF-16 can spell one)."""
    text = text.removeprefix("\ufeff").replace("\x00", "")
    return _SURROGATE.sub(_REPLACED, text) if used.startswith(_SPELLS_SURROGATES) else text


def _printable(label: str | None) -> str:
    return ascii((label or "")[:40])[1:-1]
