"""The form in every other office format: by LibreOffice, by hand, and by what others keep in tests/office."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from flats import body_of, excel_2003, flat_package, word_2003
from forms import GRID, LABELS, TITLE, ZHANG_WEI
from grids import docx, form_rows, table
from people import Person
from saved_pages import by_chrome, by_explorer, by_word
from saved_pages import form as page_of
from sheets import Sheet, Value, form_sheet, list_sheet, xlsx

from corpus_making.sample import Sample, Values, client, filled_form, mailed, nominee, reading, submission, unread

KEPT = Path(__file__).parent.parent / "office"
ZHANG = Person(
    dict(ZHANG_WEI), {**ZHANG_WEI, "birth_month": "1980-05", "years_of_service": 22}
)  # who stands in the files of tests/office


def _by_office(to: str, ending: str = "docx", **form: object) -> Callable[[Values], bytes]:
    """As LibreOffice saves it."""

    def make(values: Values) -> bytes:
        from office_files import converted

        made = filled_form(values, **form) if ending == "docx" else _sheet(values)
        return converted([made], ending, to)[0]

    return make


def _sheet(values: Values, **more: object) -> bytes:
    from office_files import sheet_form

    return sheet_form(values, **more)


def _page(values: Values) -> bytes:
    from office_files import html_form

    head = '<meta http-equiv="Content-Type" content="text/html; charset=gb2312">'
    return f"<html><head>{head}</head><body>{html_form(values)}</body></html>".encode("gb18030")


def _archived(save: Callable[[str], bytes]) -> Callable[[Values], bytes]:
    return lambda values: save(page_of(values))


def _wide_page(values: Values) -> bytes:
    """As Word saves a page under Unicode."""
    return page_of(values).encode("utf-16")


def _xml_of_word(values: Values) -> bytes:
    return word_2003(body_of(docx(table(*form_rows(values)))))


def _flat(values: Values) -> bytes:
    return flat_package(filled_form(values))


def _xml_of_excel(values: Values) -> bytes:
    rows = []
    for line in GRID:
        for cells in [[(LABELS[k], 24)], [(values[k], 24)]] if (k := line[0][0]) in ("story", "highlights") else [
            [pair for key, a, b in line for pair in ((LABELS[key], a), (values[key], b))]
        ]:  # fmt: skip
            drawn = "".join(
                f'<Cell ss:MergeAcross="{n - 1}"><Data ss:Type="String">{t.replace(chr(10), "&#10;")}</Data></Cell>'
                for t, n in cells
            )
            rows.append(f"<Row>{drawn}</Row>")
    return excel_2003("".join(rows))


def _lines(encoding: str) -> Callable[[Values], bytes]:
    return lambda values: "\r\n".join([TITLE, *(f"{LABELS[k]}：{values[k]}" for k in LABELS)]).encode(encoding)


def _rtf_by_hand(values: Values) -> bytes:
    """As WordPad writes it: bytes of GBK, no Unicode."""

    def said(text: str) -> str:
        return "".join(
            c if c.isascii() and c.isalnum() else "".join(f"\\'{b:02x}" for b in c.encode("gbk")) for c in text
        )

    lines = "\n".join(f"{said(f'{LABELS[k]}：{values[k]}')}\\par" for k in LABELS)
    return (
        "{\\rtf1\\ansi\\ansicpg936\\deff0{\\fonttbl{\\f0\\fnil\\fcharset134 \\'cb\\'ce\\'cc\\'e5;}}\\viewkind4\\uc1\\pard\\lang2052\\f0\\fs24 "
        f"{said(TITLE)}\\par\n{lines}\n}}"
    ).encode("ascii")


def _typed(values: Values, month: str, service: int) -> dict[str, Value]:
    """Numbers and days, as Excel keeps what looks like them."""
    from datetime import date

    year, number = map(int, month.split("-"))
    days = (date(year, number, 1) - date(1899, 12, 30)).days
    return {
        **values,
        "birth_month": (float(days), 'yyyy"年"m"月"'),
        "years_of_service": (float(service), '0"年"'),
        "nominee_phone": float("".join(filter(str.isdigit, values["nominee_phone"].replace("+86", "")))),
        "recommender_phone": (float(values["recommender_phone"]), "0"),
    }


def _pages_of_three(values: Values) -> bytes:
    """The form on the second sheet, a blank one behind it, an old one hidden."""
    old = form_sheet({**values, "nominee_name": "李旧"}, "旧")
    old.state = "hidden"
    return xlsx(Sheet("说明"), form_sheet(values, "表", 3, 2), form_sheet({}, "空表"), old)


#: Trait: file name, how it is made, parts of the machine it needs to be read.
FORMATS: dict[str, tuple[str, Callable[[Values], bytes]]] = {
    "doc": ("征集表.doc", _by_office("doc")),
    "doc-hints-left": ("征集表.doc", _by_office("doc", keep_hints=True)),
    "doc-called-docx": ("征集表.docx", _by_office("doc")),
    "doc-called-wps": ("征集表.wps", _by_office("doc")),
    "doc-without-an-ending": ("征集表", _by_office("doc")),
    "docx-called-wps": ("征集表.wps", filled_form),
    "docx-by-libreoffice": ("征集表.docx", _by_office("docx", "docx")),
    "rtf": ("征集表.rtf", _by_office("rtf")),
    "rtf-called-doc": ("征集表.doc", _by_office("rtf")),
    "rtf-of-lines-in-gbk": ("征集表.rtf", _rtf_by_hand),
    "odt": ("征集表.odt", _by_office("odt")),
    "odt-called-docx": ("征集表.docx", _by_office("odt")),
    "fodt": ("征集表.fodt", _by_office("fodt")),
    "xlsx": ("征集表.xlsx", _sheet),
    "xlsx-beside": ("征集表.xlsx", partial(_sheet, beside=True, top=3, left=2)),
    "xlsx-sheets": ("征集表.xlsx", _pages_of_three),
    "xlsx-called-xls": ("征集表.xls", _sheet),
    "xls": ("征集表.xls", _by_office("xls", "xlsx")),
    "xls-called-et": ("征集表.et", _by_office("xls", "xlsx")),
    "ods": ("征集表.ods", _by_office("ods", "xlsx")),
    "html-file": ("征集表.html", _page),
    "html-by-libreoffice": ("征集表.htm", _by_office("html")),
    "html-called-doc": ("征集表.doc", _page),
    "html-utf16": ("征集表.htm", _wide_page),
    "mht-by-word": ("征集表.mht", _archived(lambda html: by_word(html, "gb18030", "gb2312"))),
    "mht-by-chrome": ("征集表.mhtml", _archived(by_chrome)),
    "mht-called-doc": ("征集表.doc", _archived(by_explorer)),
    "word-2003-xml": ("征集表.xml", _xml_of_word),
    "word-2003-xml-called-doc": ("征集表.doc", _xml_of_word),
    "excel-2003-xml": ("征集表.xml", _xml_of_excel),
    "flat-open-xml": ("征集表.xml", _flat),
    "text-in-gbk": ("征集表.txt", _lines("gb18030")),
    "text-in-utf16": ("征集表.txt", _lines("utf-16")),
}
LOCKED = ("locked.doc", "locked.docx", "locked.xls", "locked.xlsx")


def samples() -> Iterator[Sample]:
    for number, (trait, (name, form)) in enumerate(FORMATS.items()):
        one = nominee(400 + number)
        yield Sample(f"file-{trait}", mailed(one, form, name, by=client(number)), reading(submission(one)))
    typist = nominee(440)

    def numbers(values: Values) -> bytes:
        return xlsx(
            form_sheet(_typed(values, str(typist.expected["birth_month"]), int(typist.expected["years_of_service"])))
        )

    yield Sample("file-xlsx-of-numbers-and-days", mailed(typist, numbers, "征集表.xlsx"), reading(submission(typist)))
    people = [nominee(seed) for seed in (441, 442, 443)]
    make = mailed(people[0], lambda _: xlsx(list_sheet([p.written for p in people], 2, 2)), "汇总表.xlsx")
    yield Sample("file-xlsx-of-three-people", make, reading(*map(submission, people)))
    one, two = nominee(444), nominee(445)
    make = mailed(one, _by_office("doc", more=[two.written]), "征集表.doc")
    yield Sample("file-doc-of-two-people", make, reading(submission(one), submission(two)))
    yield from _kept()
    one = nominee(446)
    make = mailed(one, _works, "征集表.docx")
    yield Sample("file-pages-of-apple", make, unread(one, "unreadable_attachment"))


def _kept() -> Iterator[Sample]:
    for number, name in enumerate(LOCKED):
        one = nominee(450 + number)
        make = mailed(
            one, lambda _, name=name: (KEPT / name).read_bytes(), f"征集表.{name.partition('.')[2]}", by=client(number)
        )
        yield Sample(f"locked-{name.partition('.')[2]}", make, unread(one, "encrypted_attachment", says=["密码"]))
    make = mailed(ZHANG, lambda _: (KEPT / "protected.xls").read_bytes(), "征集表.xls")
    yield Sample("xls-protected-against-changes", make, reading(submission(ZHANG)))


def _works(_values: Values) -> bytes:
    """A .pages bundle renamed: a zip of things that nobody here reads."""
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w") as archive:
        for name in ("Index/Document.iwa", "Index/Tables/DataList.iwa", "Metadata/Properties.plist"):
            archive.writestr(zipfile.ZipInfo(name), b"\x00\x01\x02\x03" * 500)
    return kept.getvalue()
