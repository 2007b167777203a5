"""The form as .docx: what Word, WPS, LibreOffice, telephones and people do to its XML."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import partial

import grids
from forms import LABELS, repacked
from grids import cell, docx, form_rows, paragraphs, row, run, table
from letters import File, foxmail, netease_web, outlook, qq_web
from people import Person, without

from corpus_making.sample import Sample, Values, client, edited, file, filled_form, mailed, nominee, reading, submission

NAMESPACES = (
    ' xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" xmlns:v="urn:schemas-microsoft-com:vml"'
    ' xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"'
    ' xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml"'
)
SPACED = {
    "nominee_name": "被推荐人\n姓  名",
    "gender": "性　别",
    "birth_month": "出 生\n年 月",
    "employer": "工作单位：",
    "story": "核心事迹简介（必填）",
    "position": "职  务",
}
RENAMED = {"nominee_name": "姓名", "employer": "所在单位", "years_of_service": "从业年限", "nominee_phone": "联系电话"}
COVER = ["重庆市工程师协会：", "现推荐我单位张工参加“渝工故事”线索征集，联系电话见表。", "此致 敬礼"]
SHORT = tuple(key for key in LABELS if key not in ("story", "highlights"))


def samples() -> Iterator[Sample]:
    for number, (trait, edit) in enumerate(EDITED.items()):
        one = nominee(20 + number)
        yield Sample(f"docx-{trait}", mailed(one, partial(edited, edit=edit)), reading(submission(one)))
    for seed, trait, write, style in STYLES:
        one = nominee(seed)
        yield Sample(f"docx-{trait}", mailed(one, partial(filled_form, **style), by=write), reading(submission(one)))
    for number, (trait, form) in enumerate(DRAWN.items()):
        one = nominee(230 + number)
        yield Sample(f"docx-{trait}", mailed(one, form, by=client(number)), reading(submission(one)))
    yield from _several()
    yield from _story_elsewhere()
    one = nominee(35)
    yield Sample("photo-beside-form", mailed(one, files=partial(_beside_a_photo, one)), reading(submission(one)))


def _beside_a_photo(one: Person) -> list[File]:
    from corpus_making.sample import JPEG

    return [File("征集表.docx", filled_form(one.written)), file("老照片.jpg", JPEG)]


def _story_elsewhere() -> Iterator[Sample]:
    one = nominee(710)
    yield Sample("docx-story-on-the-next-page", mailed(one, _story_behind), reading(submission(one)))
    one = nominee(711)
    name, story = one.written["nominee_name"], one.written["story"]
    text = f"各位老师：\n附上推荐表，请查收。\n\n{name}同志先进事迹\n{story}\n\n此致\n敬礼\n"
    make = mailed(one, lambda values: filled_form({**values, "story": "事迹见邮件"}), by=foxmail, text=text)
    yield Sample("docx-story-in-the-letter", make, reading(submission(one)))


def _story_behind(values: Values) -> bytes:
    behind = f"附：{values['nominee_name']}同志先进事迹\n{values['story']}"
    return docx(table(*form_rows({**values, "story": "详见附页"})) + paragraphs(behind))


def _several() -> Iterator[Sample]:
    one, two = nominee(29), nominee(30)
    make = mailed(one, partial(filled_form, more=[two.written]))
    yield Sample("docx-two-forms", make, reading(submission(one), submission(two)))
    whole = nominee(263)

    def versions() -> list[File]:
        first = without(whole, "highlights", "position")
        return [
            File("征集表.docx", filled_form(first.written)),
            File("征集表（最终版2）.docx", filled_form(whole.written)),
        ]

    yield Sample("two-versions-of-one-form", mailed(whole, files=versions), reading(submission(whole)))
    people = [nominee(seed) for seed in (260, 261, 262)]
    make = mailed(people[0], partial(filled_form, more=[p.written for p in people[1:]], one_table=True), by=qq_web)
    yield Sample("docx-three-forms-in-one-table", make, reading(*map(submission, people)))


# --- edits of the form's XML ---


_SHORT_RUN = r'(<w:r><w:t xml:space="preserve">[^<]{1,40}</w:t></w:r>)(?=</w:p></w:tc>)'


def _split_runs(xml: str) -> str:
    """WPS cuts a label into runs at each change of input method."""
    cut = r'<w:r><w:t xml:space="preserve">\1</w:t></w:r><w:r><w:rPr><w:rFonts w:hint="eastAsia"/></w:rPr><w:t>\2</w:t></w:r>'
    return re.sub(r'<w:r><w:t xml:space="preserve">([^<]{2})([^<]{1,12})</w:t></w:r>', cut, xml)


def _in_controls(xml: str) -> str:
    """Every short value in a content control of its paragraph, as a form template has it."""
    return re.sub(_SHORT_RUN, r"<w:sdt><w:sdtPr/><w:sdtContent>\1</w:sdtContent></w:sdt>", xml)


def _cells_in_controls(xml: str) -> str:
    """Every second cell wrapped whole: a naive reader loses it and the row shifts left."""
    count = iter(range(10_000))
    return re.sub(
        r"<w:tc>.*?</w:tc>",
        lambda m: f"<w:sdt><w:sdtPr/><w:sdtContent>{m[0]}</w:sdtContent></w:sdt>" if next(count) % 2 else m[0],
        xml,
        flags=re.DOTALL,
    )


def _rows_in_controls(xml: str) -> str:
    """Every row wrapped, as a repeating section is."""
    return re.sub(
        r"<w:tr>.*?</w:tr>",
        lambda m: f"<w:sdt><w:sdtPr/><w:sdtContent>{m[0]}</w:sdtContent></w:sdt>",
        xml,
        flags=re.DOTALL,
    )


def _tracked(xml: str) -> str:
    """Values typed with changes tracked, and something struck out before each."""
    gone = '<w:del w:id="1" w:author="a"><w:r><w:delText>旧内容</w:delText></w:r></w:del>'
    return re.sub(_SHORT_RUN, rf'{gone}<w:ins w:id="2" w:author="a">\1</w:ins>', xml)


def _moved(xml: str) -> str:
    """Values moved about with changes tracked."""
    gone = '<w:moveFrom w:id="1" w:author="a"><w:r><w:t>挪走了</w:t></w:r></w:moveFrom>'
    return re.sub(_SHORT_RUN, rf'{gone}<w:moveTo w:id="2" w:author="a">\1</w:moveTo>', xml)


def _hidden(xml: str) -> str:
    """A template's remarks in hidden text, before each value."""
    remark = "<w:r><w:rPr><w:vanish/></w:rPr><w:t>填写说明</w:t></w:r>"
    return re.sub(_SHORT_RUN, rf"{remark}\1", xml)


def _in_fields(xml: str) -> str:
    """Word's old form fields."""
    marks = [f'<w:r><w:fldChar w:fldCharType="{part}"/></w:r>' for part in ("begin", "separate", "end")]
    code = "<w:r><w:instrText> FORMTEXT </w:instrText></w:r>"
    return re.sub(_SHORT_RUN, rf"{marks[0]}{code}{marks[1]}\1{marks[2]}", xml)


def _strict(xml: str) -> str:
    """Saved as Strict Open XML."""
    return xml.replace(
        "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
        "http://purl.oclc.org/ooxml/wordprocessingml/main",
    )


def _invisible(xml: str) -> str:
    """Pasted from a messenger: characters of no width at the end of each value."""
    return re.sub(r"([\u4e00-\u9fff\d])</w:t></w:r></w:p></w:tc>", "\\1\u200b\ufeff</w:t></w:r></w:p></w:tc>", xml)


EDITED: dict[str, Callable[[str], str]] = {
    "split-runs": _split_runs,
    "content-controls": _in_controls,
    "cell-controls": _cells_in_controls,
    "tracked-changes": _tracked,
}
LATER = {
    "row-controls": _rows_in_controls,
    "moved-text": _moved,
    "hidden-text": _hidden,
    "legacy-form-fields": _in_fields,
    "strict-open-xml": _strict,
    "invisible-characters": _invisible,
}
STYLES = (
    (24, "labels-spaced", qq_web, {"labels": SPACED}),
    (25, "labels-renamed", foxmail, {"labels": RENAMED}),
    (26, "hints-left-above", outlook, {"keep_hints": True}),
    (27, "cover-letter", netease_web, {"cover": COVER}),
    (28, "no-title", qq_web, {"title": None}),
)


# --- drawn anew ---


def _all_rows(values: Values, *, order: tuple[str, ...] = tuple(LABELS)) -> bytes:
    return docx(table(*(row(cell(LABELS[k], 2), cell(values[k], 4)) for k in order), columns=6))


def _in_one_cell(values: Values) -> bytes:
    """姓名：张伟, label and value in one cell."""
    pairs = [f"{LABELS[key]}：{values[key]}" for key in SHORT]
    rows = [row(*(cell(text, 6) for text in pairs[n : n + 2])) for n in range(0, len(pairs), 2)]
    rows += [row(cell(f"{LABELS[k]}\n{values[k]}", 12)) for k in ("story", "highlights")]
    return docx(table(*rows))


def _below(values: Values) -> bytes:
    """Labels in one row, values in the next."""
    rows = []
    for n in range(0, len(SHORT), 4):
        keys = SHORT[n : n + 4]
        rows += [row(*(cell(LABELS[k], 3) for k in keys)), row(*(cell(values[k], 3) for k in keys))]
    rows += [row(cell(text, 12)) for k in ("story", "highlights") for text in (LABELS[k], values[k])]
    return docx(table(*rows))


def _two_parts(values: Values) -> bytes:
    """A part about the nominee and one about the recommender, each with a bare 姓名 and 联系电话."""
    bare = {**LABELS, "nominee_name": "姓名", "nominee_phone": "联系电话", "recommender": "姓名/单位"}
    bare["recommender_phone"] = "联系电话"

    def line(*keys: str) -> str:
        return row(*(c for k in keys for c in (cell(bare[k], 3), cell(values[k], 3))))

    return docx(
        table(
            row(cell("一、被推荐人信息", 12)),
            line("nominee_name", "gender"),
            line("birth_month", "employer"),
            line("party", "years_of_service"),
            line("position", "title"),
            line("nominee_phone"),
            *(row(cell(text, 12)) for k in ("story", "highlights") for text in (LABELS[k], values[k])),
            row(cell("二、推荐人信息", 12)),
            line("recommender", "recommender_phone"),
            line("relationship"),
        )
    )


def _grouped(values: Values) -> bytes:
    """联系电话 | 被推荐人 | … | 推荐人 | …"""
    rows = [row(cell(LABELS[k], 3), cell(values[k], 9)) for k in LABELS if not k.endswith("_phone")]
    group = [cell("联系电话", 2), cell("被推荐人", 2), cell(values["nominee_phone"], 3)]
    rows.insert(8, row(*group, cell("推荐人", 2), cell(values["recommender_phone"], 3)))
    return docx(table(*rows))


def _with_a_photo(values: Values) -> bytes:
    """A merged cell for a photograph beside the first rows."""
    rows = []
    for n in range(0, len(SHORT), 2):
        pair = [c for k in SHORT[n : n + 2] for c in (cell(LABELS[k], 2), cell(values[k], 3))]
        beside = cell("照片" if n == 0 else "", 2, merge="restart" if n == 0 else "continue") if n < 6 else ""
        rows.append(row(*pair, beside))
    rows += [row(cell(LABELS[k], 2), cell(values[k], 10)) for k in ("story", "highlights")]
    return docx(table(*rows))


def _lines(values: Values) -> bytes:
    """No table: 标签：值."""
    return docx(paragraphs("\n".join(f"{LABELS[k]}：{values[k]}" for k in LABELS)))


def _numbered_lines(values: Values) -> bytes:
    lines = (f"{n}. {LABELS[k]}：{values[k]}" for n, k in enumerate(LABELS, start=1))
    return docx(paragraphs("\n".join(lines)))


def _boxed(values: Values) -> bytes:
    """Values in text boxes: drawn, and once more for old programs."""

    def box(text: str) -> str:
        inner = f"<w:txbxContent>{paragraphs(text)}</w:txbxContent>"
        drawn = f'<mc:Choice Requires="wps"><w:drawing><wps:txbx>{inner}</wps:txbx></w:drawing></mc:Choice>'
        old = f"<mc:Fallback><w:pict><v:textbox>{inner}</v:textbox></w:pict></mc:Fallback>"
        return f"<w:p><w:r><mc:AlternateContent>{drawn}{old}</mc:AlternateContent></w:r></w:p>"

    rows = [row(cell(LABELS[k], 2), cell("", 4, content=box(values[k]))) for k in LABELS]
    return docx(table(*rows, columns=6), namespaces=NAMESPACES)


def _vml_boxed(values: Values) -> bytes:
    """The whole form within an old text box, as WPS lays it over a page."""
    inner = f"<w:txbxContent>{table(*form_rows(values))}<w:p/></w:txbxContent>"
    return docx(
        f"<w:p><w:r><w:pict><v:shape><v:textbox>{inner}</v:textbox></v:shape></w:pict></w:r></w:p>",
        namespaces=NAMESPACES,
    )


def _ticked(gender: Callable[[bool], str]) -> Callable[[Values], bytes]:
    def form(values: Values) -> bytes:
        ticks = "".join(gender(values["gender"] == word) + run(f"{word}　") for word in "男女")
        drawn = form_rows({**values, "gender": "@"})
        drawn[0] = drawn[0].replace(run("@"), ticks)
        return docx(table(*drawn), namespaces=NAMESPACES)

    return form


def _wingdings(on: bool) -> str:
    return f'<w:r><w:sym w:font="Wingdings 2" w:char="F0{"52" if on else "A3"}"/></w:r>'


def _check_box(on: bool) -> str:
    """A control whose box shows what is ticked."""
    box = f'<w14:checkbox><w14:checked w14:val="{int(on)}"/></w14:checkbox>'
    return f"<w:sdt><w:sdtPr>{box}</w:sdtPr><w:sdtContent>{run('☒' if on else '☐')}</w:sdtContent></w:sdt>"


def _legacy_box(on: bool) -> str:
    data = f'<w:ffData><w:checkBox><w:default w:val="0"/>{"<w:checked/>" if on else ""}</w:checkBox></w:ffData>'
    return f'<w:r><w:fldChar w:fldCharType="begin">{data}</w:fldChar></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>'


def _prompts(values: Values) -> bytes:
    """A template whose empty controls still show their prompt."""
    prompt = (
        "<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent>"
        f"{run('单击或点击此处输入文字。')}</w:sdtContent></w:sdt>"
    )
    rows = [*form_rows(values), row(cell("备注", 2), cell("", 10, content=f"<w:p>{prompt}</w:p>"))]
    return docx(table(*rows))


def _more_columns(values: Values) -> bytes:
    """An extra column of numbers in front, and of remarks behind."""
    head = row(cell("序号"), cell("项目", 2), cell("内容", 4), cell("备注"))
    lines = (row(cell(str(n)), cell(LABELS[k], 2), cell(values[k], 4), cell("")) for n, k in enumerate(LABELS, start=1))
    return docx(table(head, *lines, columns=8))


def _broken_lines(values: Values) -> bytes:
    """Lines of the story by shift and return, not as paragraphs."""
    lines = "</w:t><w:br/><w:t>".join(values["story"].split("\n"))
    drawn = form_rows({**values, "story": "@"})
    return docx(table(*(line.replace(run("@"), f"<w:r><w:t>{lines}</w:t></w:r>") for line in drawn)))


def _hint_below(values: Values) -> bytes:
    return docx(table(*form_rows({**values, "story": f"{values['story']}\n\n{grids.hint('story')}"})))


def _macro_enabled(values: Values) -> bytes:
    """A template with macros (.docm): its text is read, its program never."""
    plain, able = b"openxmlformats-officedocument.wordprocessingml.document.main", b"ms-word.document.macroEnabled.main"
    program = {"word/vbaProject.bin": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)}
    return repacked(docx(table(*form_rows(values))), lambda _, part: part.replace(plain, able), **program)


DRAWN: dict[str, Callable[[Values], bytes]] = {
    **{trait: partial(edited, edit=edit) for trait, edit in LATER.items()},
    "a-row-a-field": _all_rows,
    "fields-in-another-order": partial(_all_rows, order=("nominee_name", *reversed(tuple(LABELS)[1:]))),
    "label-and-value-in-one-cell": _in_one_cell,
    "values-below-their-labels": _below,
    "parts-about-two-people": _two_parts,
    "telephones-in-a-group": _grouped,
    "a-cell-for-a-photograph": _with_a_photo,
    "lines-without-a-table": _lines,
    "numbered-lines": _numbered_lines,
    "values-in-text-boxes": _boxed,
    "form-in-an-old-text-box": _vml_boxed,
    "ticks-of-wingdings": _ticked(_wingdings),
    "ticks-in-controls": _ticked(_check_box),
    "ticks-of-old-form-fields": _ticked(_legacy_box),
    "prompts-left": _prompts,
    "more-columns": _more_columns,
    "broken-lines": _broken_lines,
    "hint-below": _hint_below,
    "macro-enabled": _macro_enabled,
}
