"""Why a condition held, failed or could not be judged: in Chinese, with the text that was found."""

from __future__ import annotations

from collections.abc import Iterator

from rules.conditions.judgement import AllOf, AnyOf, HasWords, Hit, IsEmpty, IsWithin, Judgement, Not, read_length
from rules.facts import Sheet, plain

_AROUND = 8  # characters quoted on either side of a hit
_QUOTED = 40
MARKS = {True: "✓", False: "✗", None: "？"}
_HEADS = {
    (AllOf, True): "下列全部成立",
    (AllOf, False): "下列有不成立的",
    (AllOf, None): "下列有无法判断的",
    (AnyOf, True): "下列至少一项成立",
    (AnyOf, False): "下列没有一项成立",
    (AnyOf, None): "下列没有成立的，有无法判断的",
}


def explain(judgement: Judgement, sheet: Sheet) -> str:
    """One line for each judgement, branches above their parts, no part left out."""
    return "\n".join(_lines(judgement, sheet, ""))


def why_missed(judgement: Judgement, sheet: Sheet) -> str:
    """The first thing that failed, in a few words: most rules miss most of the time, so this must cost nothing."""
    while isinstance(judgement, AllOf):
        judgement = next((part for part in judgement.parts if part.test(sheet) is False), judgement.parts[0])
    return f"{judgement.title}：不成立"


def _lines(judgement: Judgement, sheet: Sheet, indent: str) -> Iterator[str]:
    held = judgement.test(sheet)
    if isinstance(judgement, AllOf | AnyOf):
        yield f"{indent}{MARKS[held]} {_HEADS[type(judgement), held]}"
        for part in judgement.parts:
            yield from _lines(part, sheet, indent + "  ")
    elif isinstance(judgement, Not):
        yield f"{indent}{MARKS[held]} 非：下列成立时不成立，不成立时成立"
        yield from _lines(judgement.part, sheet, indent + "  ")
    else:
        yield f"{indent}{MARKS[held]} {judgement.title} —— {_finding(judgement, sheet)}"


def _finding(judgement: Judgement, sheet: Sheet) -> str:
    if isinstance(judgement, HasWords):
        return _words_found(judgement, sheet)
    if isinstance(judgement, IsWithin):
        return _value_found(judgement, sheet)
    if isinstance(judgement, IsEmpty):
        return _filled(judgement, sheet)
    return "成立" if judgement.test(sheet) else "不成立"


def _filled(judgement: IsEmpty, sheet: Sheet) -> str:
    texts, raw = sheet.texts(judgement.label), sheet.raw(judgement.label)
    if not texts:
        return f"填的是「{_short(raw)}」，按空处理" if raw else "没有填"
    return f"填的是「{raw}」" if len(raw) <= _QUOTED else f"已填，共 {sheet.length(judgement.label)} 字"


def _words_found(judgement: HasWords, sheet: Sheet) -> str:
    if not sheet.texts(judgement.label):
        return _filled(IsEmpty("", judgement.label, empty=True), sheet)
    hits = list(judgement.hits(sheet))
    if not hits:
        raw = sheet.raw(judgement.label)
        return (
            f"没有找到；填的是「{raw}」"
            if len(raw) <= _QUOTED
            else f"没有找到（共 {sheet.length(judgement.label)} 字）"
        )
    others = f"；另找到 {'、'.join(hit.word for hit in hits[1:])}" if hits[1:] else ""
    missing = [typed for typed, _ in judgement.words if typed not in {hit.word for hit in hits}]
    lacking = f"；没有找到 {'、'.join(missing)}" if judgement.search.all_of and missing else ""
    return f"找到「{hits[0].word}」：{_excerpt(hits[0])}（第{hits[0].at + 1}字）{others}{lacking}"


def _excerpt(hit: Hit) -> str:
    start, end = hit.at, hit.at + hit.length
    before, after = hit.text[max(0, start - _AROUND) : start], hit.text[end : end + _AROUND]
    head = "…" if start > _AROUND else ""
    tail = "…" if end + _AROUND < len(hit.text) else ""
    return f"{head}{before}【{hit.text[start:end]}】{after}{tail}"


def _value_found(judgement: IsWithin, sheet: Sheet) -> str:
    if judgement.read is read_length:
        return f"共 {sheet.length(judgement.label)} 字"
    raw = sheet.raw(judgement.label)
    what = "数字" if judgement.read is Sheet.number else "日期"
    extent = judgement.read(sheet, judgement.label)
    if extent is None:
        return f"填的是「{_short(raw)}」，读不出{what} → 请人工看一眼" if raw else "没有填，无法判断"
    if judgement.test(sheet) is None:
        return f"填的是「{_short(raw)}」，不够具体，无法判断 → 请人工看一眼"
    if judgement.read is Sheet.number and f"{plain(extent[0])}" != raw:
        return f"填的是「{_short(raw)}」，读作 {plain(extent[0])}"
    return f"填的是「{_short(raw)}」"


def _short(text: str) -> str:
    return text if len(text) <= _QUOTED else text[:_QUOTED] + "…"
