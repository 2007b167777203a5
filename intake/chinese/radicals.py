"""Radicals that fonts give in place of the characters that look like them: ⻓ for 长, ⻋ for 车, ⻘ for 青.

Browsers, cairo and macOS write them into PDFs, because such a font maps both to one shape and its table is read backwards;
who copies from there brings them into Word and mail. Unicode's own folding (NFKC) knows those of Kangxi (⼯, ⽤) but not all
of these.
"""

from __future__ import annotations

import unicodedata

_RADICALS = "⺁⺂⺃⺄⺅⺇⺈⺊⺋⺎⺏⺒⺓⺗⺘⺙⺛⺜⺝⺞⺟⺠⺡⺢⺣⺤⺧⺨⺩⺫⺬⺭⺯⺰⺶⺸⺺⺻⺼⺽⺾⻁⻂⻄⻅⻆⻈⻉⻊⻋⻌⻍⻎⻏⻐⻑⻒⻓⻔⻖⻗⻘⻙⻚⻛⻜⻝⻞⻟⻠⻡⻢⻣⻤⻥⻦⻧⻨⻩⻪⻫⻬⻭⻮⻯⻰⻱⻲⻳"
_CHARACTERS = "厂乛乚乙亻几刀卜㔾兀尣巳幺忄扌攵旡日月歺母民氵氺灬爫牛犭王目示礻糹纟羊羊肀聿月臼艹虎衤西见角讠贝足车辶辶辶阝钅長镸长门阝雨青韦页风飞食食飠饣首马骨鬼鱼鸟卤麦黄黾斉齐歯齿竜龙龜亀龟"

_CHARACTER = dict(zip(_RADICALS, _CHARACTERS, strict=True))


def character(radical: str) -> str:
    """The character that looks like it: 工 for ⼯."""
    return _CHARACTER.get(radical) or unicodedata.normalize("NFKC", radical)
