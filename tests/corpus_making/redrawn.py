"""The form redrawn, written by hand as WPS writes it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from forms import LABELS
from grids import cell, docx, form_rows, hint, lists, paragraphs, row, table
from letters import qq_web
from people import Person

from corpus_making.sample import Sample, Values, client, mailed, nominee, reading, submission

VERTICAL = {"story": "核\n心\n事\n迹\n简\n介", "highlights": "线\n索\n亮\n点"}
HINTED = {key: f"{LABELS[key]}\n{hint(key)}" for key in ("story", "highlights")}
TABBED = (
    ("nominee_name", "gender", "birth_month"),
    ("employer", "party"),
    ("years_of_service", "position", "title"),
    ("nominee_phone", "recommender_phone"),
)


def samples() -> Iterator[Sample]:
    for number, (trait, form) in enumerate(FORMS.items()):
        one = nominee(140 + number)
        if trait == "answer-from-the-hints-examples":
            chosen = {"highlights": "攻坚克难、创新突破"}
            one = Person({**one.written, **chosen}, {**one.expected, **chosen})
        yield Sample(f"wps-{trait}", mailed(one, form, by=client(140 + number)), reading(submission(one)))
    one, two = nominee(149), nominee(150)
    two = Person({**two.written, "relationship": "所在单位"}, {**two.expected, "relationship": "所在单位"})

    def listed(_values: Values) -> bytes:
        return docx(lists([one.written, two.written]), title="渝工故事线索汇总表")

    yield Sample("wps-list-of-two", mailed(one, listed, by=qq_web), reading(submission(one), submission(two)))


def _written_so(**texts: str) -> Callable[[Values], bytes]:
    """Some fields written in other words than the expected ones."""
    return lambda values: docx(table(*form_rows({**values, **{k: t.format(**values) for k, t in texts.items()}})))


def _labelled(labels: Mapping[str, str]) -> Callable[[Values], bytes]:
    return lambda values: docx(table(*form_rows(values, labels, left=True)))


def _extra_rows(values: Values) -> bytes:
    first, *rest = form_rows(values)
    extra = row(
        *(c for a, b in (("民族", "汉族"), ("籍贯", "重庆云阳"), ("学历", "本科")) for c in (cell(a, 2), cell(b, 2)))
    )
    opinion = row(cell("推荐单位意见", 2), cell("同意推荐。\n（盖章）\n2026年3月5日", 10))
    return docx(table(first, extra, *rest, opinion) + paragraphs("填表人：小王　　填表日期：2026年3月6日"))


def _tabbed(values: Values) -> bytes:
    def line(keys: tuple[str, ...]) -> str:
        return paragraphs("\t".join(f"{LABELS[k]}\t{values[k]}" for k in keys))

    long = "".join(paragraphs(f"{LABELS[k]}\n{values[k]}") for k in ("story", "highlights"))
    return docx("".join(map(line, TABBED)) + long + line(("recommender", "relationship")))


def _nested(values: Values) -> bytes:
    inner = paragraphs("征集表") + table(*form_rows(values)) + "<w:p/>"
    return docx(table(row(cell("", content=inner)), columns=1))


FORMS: dict[str, Callable[[Values], bytes]] = {
    "labels-left-vertical": _labelled(VERTICAL),
    "hint-within-the-label": _labelled(HINTED),
    "hint-repunctuated": _written_so(
        story=hint("story") + "\n{story}", highlights=hint("highlights") + "：{highlights}"
    ),
    "hint-half-deleted": _written_so(
        story="（500-800字为宜）：\n{story}",
        highlights="可说明是否有相关实物线索（老图纸、工具、照片等）：{highlights}",
    ),
    "answer-from-the-hints-examples": _written_so(),
    "labels-repeated-in-values": _written_so(
        nominee_name="姓名：{nominee_name}",
        nominee_phone="手机：{nominee_phone}",
        recommender_phone="联系电话：{recommender_phone}",
        position="职务：{position}",
    ),
    "extra-rows": _extra_rows,
    "tabs-without-a-table": _tabbed,
    "within-another-table": _nested,
}
