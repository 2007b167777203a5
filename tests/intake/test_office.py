"""Old Word files and workbooks old and new: what stands in them, each once, in its cell; never more than a Document."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pytest
from forms import LABELS, STORY, TITLE, ZHANG_WEI, filled_form
from hypothesis import given, settings
from hypothesis import strategies as st
from office_maker import FOLDER, LI_FANG, TYPED, listed, workbook
from sheets import MAIN, Sheet, form_sheet, list_sheet, place, xlsx

from intake.documents.document import Cell, Document, Enclosed, Paragraph, Room, Table, Unreadable
from intake.documents.formats import format_of
from intake.documents.limits import Allowance, Limits
from intake.documents.ole import compound
from intake.documents.open import open_document
from intake.documents.sheets import biff
from intake.documents.sheets.shown import BUILT_IN, shown
from intake.documents.word import word97
from intake.forms.forms import read_forms
from intake.values.values import Value, read_value
from rules.campaign import Campaign

TODAY = date(2026, 11, 20)


def sample(name: str) -> bytes:
    return (FOLDER / name).read_bytes()


def document(data: bytes) -> Document:
    found = open_document(data, "征集表")
    assert isinstance(found, Document), found
    return found


def table(data: bytes) -> Table:
    found = document(data).blocks[0]
    assert isinstance(found, Table)
    return found


def grid(found: Table) -> list[tuple[int, int, int, int, str]]:
    return [(c.row, c.column, c.row_span, c.column_span, c.text) for c in found.cells]


def values(found: Document, campaign: Campaign) -> list[dict[str, str | int]]:
    """What the form reader makes of it, form by form, blank ones left out."""
    fields = {field.key: field for field in campaign.fields}
    forms = [
        {key: read_value(fields[key], raw.text, TODAY) for key, raw in form.fields.items()}
        for form in read_forms(found, campaign)
    ]
    return [{key: v.value for key, v in form.items() if isinstance(v, Value)} for form in forms if form]


def expected(written: Mapping[str, str]) -> dict[str, str | int]:
    return {**written, "birth_month": "1980-05", "years_of_service": 22}


ZHANG, LI = expected(ZHANG_WEI), expected(LI_FANG)


# --- whole forms ---


@pytest.mark.parametrize(
    ("data", "kind", "nominees"),
    [
        (sample("form.doc"), "doc", [ZHANG]),
        (sample("two.doc"), "doc", [ZHANG, LI]),
        (sample("workbook.xls"), "xls", [ZHANG]),
        (sample("list.xls"), "xls", [ZHANG, LI]),
        (workbook(), "xlsx", [ZHANG]),
        (listed(), "xlsx", [ZHANG, LI]),
        (xlsx(form_sheet(TYPED), form_sheet(LI_FANG, "李芳")), "xlsx", [ZHANG, LI]),
        (xlsx(list_sheet([ZHANG_WEI, LI_FANG])), "xlsx", [ZHANG, LI]),
    ],
    ids=["doc", "two in a doc", "xls", "xls list", "xlsx", "xlsx list", "a sheet each", "plain list"],
)
def test_forms(data: bytes, kind: str, nominees: list[dict[str, str | int]], story_campaign: Campaign) -> None:
    found = document(data)
    assert found.format == kind == format_of(data)
    assert values(found, story_campaign) == nominees


# --- Word's binary format ---


def test_what_old_word_files_hold_beside_plain_cells() -> None:
    found = document(sample("rich.doc"))
    assert [b.text for b in found.blocks if isinstance(b, Paragraph) and b.text] == [
        TITLE,
        "甲插乙",  # neither what was deleted nor what is hidden or struck out
        "☑男☐女",  # form fields
        "☑男☐女",  # letters in Wingdings 2
        "☑是",
        "中共党员",  # a drop-down
        "a@b.cn\u3000手机",  # of a field its result
        "上\n下\t右-",
        "框里的话",  # text boxes come last
    ]
    merged, boxed = (block for block in found.blocks if isinstance(block, Table))
    assert grid(merged) == [
        (0, 0, 3, 1, "基本\n信息"),
        (0, 1, 1, 1, "姓名"),
        (0, 2, 1, 1, "张伟"),
        (1, 1, 1, 1, "性别"),
        (1, 2, 1, 1, "男"),
        (2, 1, 1, 1, "照片"),
        (2, 2, 1, 1, ""),
        (3, 0, 1, 1, "事迹"),
        (3, 1, 1, 2, "前\n后"),
    ]
    [inner] = merged.cells[-1].tables
    assert [cell.text for cell in inner.cells] == ["内", "李四", "外", "王五"]
    assert [cell.text for cell in boxed.cells] == ["框", "里"]


def test_columns_count_by_their_edges() -> None:
    found = next(block for block in document(sample("form.doc")).blocks if isinstance(block, Table))
    assert (found.rows, found.columns) == (9, 9)
    assert grid(found)[:6] == [
        (0, 0, 1, 1, "被推荐人姓名"),
        (0, 1, 1, 2, "张伟"),
        (0, 3, 1, 1, "性别"),
        (0, 4, 1, 1, "男"),
        (0, 5, 1, 3, "出生年月"),
        (0, 8, 1, 1, "1980年5月"),
    ]
    assert next(cell for cell in found.cells if "年参加工作" in cell.text).text.endswith(STORY)


def test_word_95_is_another_format() -> None:
    file = compound(sample("form.doc"))
    assert file
    main = file.stream("WordDocument") or b""
    old = bytearray(sample("form.doc"))
    at = old.index(main[:64])
    old[at : at + 4] = b"\xdc\xa5\x65\0"
    damaged = compound(bytes(old))
    assert damaged
    with pytest.raises(word97.Foreign):
        word97.word_blocks(damaged, Room())
    found = open_document(bytes(old), "征集表.doc")
    assert isinstance(found, Unreadable)
    assert "旧版 Word/WPS 文档" in found.reason


# --- sheets ---


def test_merged_hidden_and_empty_cells() -> None:
    sheet = Sheet(hidden_rows=(4,), hidden_columns=(3,))
    sheet.put(2, 2, "姓名", columns=2)
    sheet.put(2, 4, "张\n伟")
    sheet.put(3, 2, "事迹", rows=3)
    sheet.put(3, 3, "看不见")
    sheet.put(4, 4, "看不见")
    sheet.put(5, 5, "☑男□女")
    assert grid(table(xlsx(sheet))) == [
        (1, 1, 1, 2, "姓名"),
        (1, 3, 1, 1, "张\n伟"),
        (1, 4, 1, 1, ""),
        (2, 0, 1, 1, ""),
        (2, 1, 3, 1, "事迹"),
        (2, 3, 1, 1, ""),
        (2, 4, 1, 1, ""),
        (4, 0, 1, 1, ""),
        (4, 3, 1, 1, ""),
        (4, 4, 1, 1, "☑男□女"),
    ]


def test_sheets_that_are_hidden_or_empty_are_left_out() -> None:
    very = Sheet("c", {(1, 1): "藏"}, state="veryHidden")
    data = xlsx(Sheet("a"), Sheet("b", {(1, 1): "见"}), very, Sheet("d", {(1, 1): "藏"}, state="hidden"))
    assert [grid(block) for block in document(data).blocks if isinstance(block, Table)] == [[(0, 0, 1, 1, "见")]]


def test_a_workbook_with_nothing_in_it_is_unreadable() -> None:
    found = open_document(xlsx(Sheet()), "a.xlsx")
    assert isinstance(found, Unreadable)
    assert (found.code, found.format) == ("unreadable_attachment", "xlsx")


def test_a_style_that_is_not_there_is_none() -> None:
    cells = "".join(
        f'<c r="{at}1" s="{style}"><v>5</v></c>' for at, style in zip("ABC", ("x", "99", "9" * 10), strict=True)
    )
    sheet = f'<worksheet xmlns="{MAIN}"><sheetData><row r="1">{cells}</row></sheetData></worksheet>'
    found = table(xlsx(Sheet(), members={"xl/worksheets/sheet1.xml": sheet}))
    assert [cell.text for cell in found.cells] == ["5", "5", "5"]


def test_a_samples_sheet_is_told_as_one() -> None:
    data = xlsx(Sheet("征集表", {(1, 1): "甲"}), Sheet("填写示例", {(1, 1): "乙"}))
    assert [b.text for b in document(data).blocks if isinstance(b, Paragraph)] == ["填写示例"]


def test_text_boxes_on_a_sheet() -> None:
    data = xlsx(Sheet("a", {(1, 1): "姓名：张伟"}, boxes=["第一行\n第二行"]))
    assert [b.text for b in document(data).blocks if isinstance(b, Paragraph)] == ["第一行", "第二行"]


@pytest.mark.parametrize("far", [(1_048_576, 16_384), (65_536, 256)])
def test_a_stray_word_far_out(far: tuple[int, int]) -> None:
    found = table(xlsx(Sheet("a", {(1, 1): "姓名", (1, 5): "张伟", far: "x"})))
    assert grid(found) == [(0, 0, 1, 1, "姓名"), (0, 1, 1, 1, "张伟"), (1, 2, 1, 1, "x")]


def test_places_without_references() -> None:
    plain = xlsx(Sheet("a", {(1, 1): "甲", (1, 2): "乙", (2, 1): "丙"}))
    bare = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{}</sheetData></worksheet>'
    rows = '<row><c t="inlineStr"><is><t>甲</t></is></c><c t="inlineStr"><is><r><rPr><strike/></rPr><t>旧</t></r><r><t>乙</t></r></is></c></row><row><c t="str"><v>丙</v></c></row>'
    assert grid(table(xlsx(Sheet("a"), members={"xl/worksheets/sheet1.xml": bare.format(rows)}))) == grid(table(plain))


YEAR_MONTH = 'yyyy"年"m"月"'
DAY = 29342.0  # 1 May 1980
NUMBERS = [
    (13800001234.0, "", "13800001234"),
    (13800001234.0, "0.00E+00", "13800001234"),
    (13800001234.0, "@", "13800001234"),
    (13800001234.0, "#,##0", "13800001234"),
    (13800001234.0, "000-0000-0000", "138-0000-1234"),
    (2367891234.0, "000-00000000", "023-67891234"),
    (2367891234.0, "", "2367891234"),
    (22.0, "General", "22"),
    (22.0, '0"年"', "22年"),
    (22.5, "0.0", "22.5"),
    (22.0, "0_);[Red]\\(0\\)", "22"),
    (-5.0, "", "-5"),
    (5.0, "000", "005"),
    (0.35, "0%", "35%"),
    (0.355, "0.00%", "35.50%"),
    (0.5, "# ?/?", "0.5"),
    (3500.0, '"¥"#,##0.00', "¥3500.00"),
    (0.1 + 0.2, "", "0.3"),
    (500101198001011234.0, "", "500101198001011264"),  # Excel itself keeps 15 digits
    (1980.05, "", "1980.05"),
    (1980.1, "0.00", "1980.10"),
    (1980.1, "", "1980.1或1980.10"),  # typed as one or the other: the sheet does not know any more
    (198005.0, "", "198005"),
    (DAY, "", "29342"),
    (DAY, YEAR_MONTH, "1980年5月"),
    (DAY, f"[$-804]{YEAR_MONTH};@", "1980年5月"),
    (DAY, f"[DBNum1]{YEAR_MONTH}", "1980年5月"),
    (DAY, "mmm-yy", "1980年5月"),
    (DAY, 'e"年"m"月"', "1980年5月"),
    (DAY, "yyyy\\.m", "1980年5月"),
    (DAY, "yyyy-mm-dd", "1980年5月1日"),
    (DAY, "[$-F800]dddd\\,\\ mmmm\\ dd\\,\\ yyyy", "1980年5月1日"),
    (DAY, "yyyy", "1980年"),
    (DAY, 'm"月"d"日"', "5月1日"),  # the year was not seen
    (DAY + 0.354167, "yyyy/m/d h:mm", "1980年5月1日 08:30"),
    (0.354167, "h:mm", "08:30"),
    (DAY, BUILT_IN[14], "1980年5月1日"),
    (DAY, BUILT_IN[17], "1980年5月"),
    (DAY, BUILT_IN[27], "1980年5月"),
    (DAY, BUILT_IN[31], "1980年5月1日"),
    (DAY, BUILT_IN[57], "1980年5月"),
    (float("inf"), "0", ""),
    (1e300, "", ""),
    (-1.0, "yyyy", "-1"),
]


@pytest.mark.parametrize(("value", "code", "text"), NUMBERS)
def test_numbers_as_they_are_shown(value: float, code: str, text: str) -> None:
    assert shown(value, code) == text


def test_days_counted_as_on_old_macs() -> None:
    assert shown(DAY - 1462, YEAR_MONTH, mac=True) == "1980年5月"


def test_built_in_formats_of_a_cell() -> None:
    cells = {(n, 1): (DAY, code) for n, code in enumerate((14, 27, 31, 57, 0), start=1)}
    assert [cell.text for cell in table(xlsx(Sheet("a", cells))).cells] == [
        "1980年5月1日",
        "1980年5月",
        "1980年5月1日",
        "1980年5月",
        "29342",
    ]


def test_references() -> None:
    assert [place(1, n) for n in (1, 26, 27, 702, 703, 16_384)] == ["A1", "Z1", "AA1", "ZZ1", "AAA1", "XFD1"]


@given(st.floats(), st.text(alphabet='0#?.,;ymdhsEe+-/%@"\\[]年月 $_*', max_size=20))
@settings(max_examples=300)
def test_any_number_in_any_format(value: float, code: str) -> None:
    assert isinstance(shown(value, code), str)


# --- passwords ---


@pytest.mark.parametrize("name", ["locked.doc", "locked.xls", "locked.docx", "locked.xlsx", "protected.xls"])
def test_files_that_need_a_password(name: str) -> None:
    found = open_document(sample(name), name)
    assert isinstance(found, Unreadable)
    assert found.code == "encrypted_attachment"
    assert f"《{name}》设置了密码" in found.reason


def test_being_read_only_is_no_password() -> None:
    file = compound(sample("form.doc"))
    assert file
    main = file.stream("WordDocument") or b""
    data = bytearray(sample("form.doc"))
    data[data.index(main[:64]) + 11] |= 0x0C  # fReadOnlyRecommended, fWriteReservation
    assert isinstance(open_document(bytes(data), "x"), Document)


# --- what a file is, whatever it is called ---


def current_user(token: bytes) -> bytes:
    """A presentation, as small as can be: a directory with two streams in one sector each."""

    def entry(name: str, kind: int, start: int, size: int, *links: int) -> bytes:
        raw = name.encode("utf-16-le") + b"\0\0"
        left, right, child = links or (0xFFFFFFFF,) * 3
        head = raw.ljust(64, b"\0") + struct.pack("<HBB3I", len(raw), kind, 1, left, right, child)
        return head.ljust(116, b"\0") + struct.pack("<IQ", start, size)

    none = 0xFFFFFFFF
    directory = (
        entry("Root Entry", 5, 0xFFFFFFFE, 0, none, none, 1)
        + entry("PowerPoint Document", 2, 2, 4096, none, 2, none)
        + entry("Current User", 2, 10, 4096)
    ).ljust(512, b"\0")
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 16 + struct.pack("<5H", 0x3E, 3, 0xFFFE, 9, 6)
    head = head.ljust(44, b"\0") + struct.pack("<7I", 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE)
    head += struct.pack("<110I", 0, 0, *[none] * 108)
    chain = [0xFFFFFFFD, 0xFFFFFFFE, *range(3, 10), 0xFFFFFFFE, *range(11, 18), 0xFFFFFFFE]
    fat = struct.pack("<128I", *chain, *[none] * (128 - len(chain)))
    return head[:512] + fat + directory + b"\0" * 4096 + (b"\0" * 12 + token).ljust(4096, b"\0")


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (sample("form.doc"), "doc"),
        (sample("form.doc")[:20_000], "doc"),  # cut off on its way
        (sample("workbook.xls"), "xls"),
        (sample("locked.docx"), "encrypted-docx"),
        (workbook(), "xlsx"),
        (filled_form(ZHANG_WEI), "docx"),
        (current_user(b"\x5f\xc0\x91\xe3"), "ppt"),
        (current_user(b"\xdf\xc4\xd1\xf3"), "encrypted-ppt"),
        (b"\x09\x08\x08\x00\x00\x05\x10\x00" + b"\0" * 99, "xls"),  # records without a container
        ("姓名\t性别\r\n张伟\t男\r\n".encode("gb18030"), "text"),  # an "Excel" export
        (b"<style>td{mso-number-format:'\\@'}</style><table><tr><td>1</td></tr></table>", "html"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "unknown"),
    ],
    ids=range(12),
)
def test_formats(data: bytes, kind: str) -> None:
    assert format_of(data) == kind


def test_a_workbook_within_a_word_file_is_not_the_file() -> None:
    file = compound(sample("form.doc"))
    assert file
    assert not file.has("Workbook")
    assert format_of(sample("form.doc") + "Workbook".encode("utf-16-le")) == "doc"


# --- hostile and damaged files ---


SAMPLES = [sample(name) for name in ("form.doc", "rich.doc", "workbook.xls", "list.xls")] + [workbook(), listed()]


@given(
    st.sampled_from(SAMPLES),
    st.lists(st.tuples(st.integers(0, 30_000), st.integers(0, 255)), min_size=1, max_size=30),
    st.integers(0, 40_000),
)
@settings(max_examples=300)
def test_damaged_files_never_raise(data: bytes, changes: list[tuple[int, int]], cut: int) -> None:
    damaged = bytearray(data)
    for at, byte in changes:
        damaged[at % len(data)] = byte
    for one in (damaged, damaged[:cut]):
        assert isinstance(open_document(bytes(one), "x"), Document | Enclosed | Unreadable)


def test_chains_that_bite_their_tail() -> None:
    data = bytearray(sample("form.doc"))
    fat = (int.from_bytes(data[76:80], "little") + 1) * 512
    for n in range(1, 128):
        data[fat + 4 * n : fat + 4 * n + 4] = struct.pack("<I", n)
    assert isinstance(open_document(bytes(data), "x"), Document | Unreadable)


def test_properties_that_refer_to_themselves() -> None:
    file = compound(sample("rich.doc"))
    assert file
    reading = word97._Reading(file.stream("WordDocument") or b"", file, Room())
    grpprl = b"\x46\x66\0\0\0\0"
    reading.data = struct.pack("<H", len(grpprl)) + grpprl
    assert len(list(reading._all_properties(grpprl))) == 1


def test_fields_without_an_end_hide_one_paragraph_only() -> None:
    chars = list("甲\x13乙\r丙\x13丁\x14戊\x15己\x15庚\r")
    word97._Reading._without_field_codes(chars)
    assert "".join(chars) == "甲\r丙戊己庚\r"


def test_strings_cut_by_the_next_record() -> None:
    one = "张伟".encode("utf-16-le")
    head = struct.pack("<II", 3, 3)
    pieces = [
        head + struct.pack("<HB", 4, 1) + one,
        b"\0ab" + struct.pack("<HB", 1, 0),
        b"\0x" + struct.pack("<HB", 9, 0),
    ]
    assert biff._shared_strings(pieces, Room()) == ["张伟ab", "x", ""]


def test_workbooks_beyond_the_limits() -> None:
    bomb = xlsx(Sheet("a"), members={"xl/worksheets/sheet1.xml": "<worksheet>" + " " * 9_000_000})
    found = open_document(bomb, "x.xlsx", Allowance(Limits(ratio=10)))
    assert isinstance(found, Unreadable)
    assert "10 倍" in found.reason


def test_cells_of_a_workbook(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("intake.documents.sheets.sheet.MAX_BLOCKS", 50)
    found = table(xlsx(Sheet("a", {(n, 1): str(n) for n in range(1, 200)})))
    assert len(found.cells) == 50
    assert all(isinstance(cell, Cell) for cell in found.cells)


# --- pictures ---


def test_a_scan_pasted_into_a_file() -> None:
    import io
    import zipfile

    def picture(width: int, height: int, size: int) -> bytes:
        head = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + struct.pack(">II", width, height)
        return head.ljust(size, b"\1")

    page, logo, small = picture(1240, 1754, 90_000), picture(300, 100, 90_000), picture(1240, 1754, 9_000)
    data = io.BytesIO(filled_form(ZHANG_WEI))
    with zipfile.ZipFile(data, "a") as package:
        for n, one in enumerate((logo, page, small, page)):
            package.writestr(f"word/media/image{n}.png", one)
    found = document(data.getvalue())
    assert [(scan.format, scan.data) for scan in found.scans] == [("png", page)]
    assert found.blocks
    poor = open_document(data.getvalue(), "x", Allowance(Limits(expanded_mb=0)))
    assert isinstance(poor, Unreadable)


def test_a_scan_in_an_old_file() -> None:
    from intake.documents.pasted import pages_within

    page = (b"\xff\xd8\xff\xc0\0\x11\x08" + struct.pack(">HH", 1754, 1240)).ljust(50_000, b"\2")
    record = struct.pack("<HHI", 0x46A0, 0xF01D, 17 + len(page)) + b"\0" * 17 + page
    [scan] = pages_within([b"x" * 99 + record + b"tail", None])
    assert (scan.format, scan.data) == ("jpg", page)


def test_labels_are_those_of_the_campaign(story_campaign: Campaign) -> None:
    """The samples are made by the shipped form: another one would make these tests say nothing."""
    assert set(LABELS) == {field.key for field in story_campaign.fields}
    assert Path(FOLDER / "form.doc").stat().st_size > 10_000
