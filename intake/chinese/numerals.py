"""Chinese numerals within a text: 一九八〇年五月 becomes 1980年5月."""

from __future__ import annotations

import re

_NUMERAL = re.compile("[零〇○一二两三四五六七八九十百千廿卅壹贰叁肆伍陆柒捌玖拾佰仟]+")
#: 三五年 is three to five years, 十五六 is fifteen or sixteen; 一九八五 (a year) is not one of these.
_NEIGHBOURS = re.compile(
    "(?<![零〇○一二三四五六七八九])(?:一二|二三|两三|三四|三五|四五|五六|六七|七八|八九)(?![零〇○一二三四五六七八九])"
)
_OLD = str.maketrans({"○": "〇", "廿": "二十", "卅": "三十"})


def arabic(text: str) -> str:
    """The text with every Chinese numeral written in digits; what cannot be converted stays."""
    return _NUMERAL.sub(lambda numeral: _digits(numeral[0]), text)


def vague(text: str) -> bool:
    """Whether a Chinese numeral in the text names two neighbouring numbers: 七八年, 十五六年."""
    return bool(_NEIGHBOURS.search(text))


def _digits(numeral: str) -> str:
    import cn2an  # noqa: PLC0415  # 0.2 s, needed by few mails

    try:
        return str(cn2an.cn2an(numeral.translate(_OLD), "smart"))
    except (ValueError, LookupError, TypeError):  # 〇十二 trips the library instead of being refused
        return numeral
