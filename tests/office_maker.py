"""`python tests/office_maker.py` makes tests/office: old Office files, by LibreOffice and msoffcrypto-tool, from forms made
by ourselves. Kept, because most machines have neither.
"""

from __future__ import annotations

import io
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

import grids
from forms import ZHANG_WEI, filled_form
from sheets import Sheet, Value, form_sheet, list_sheet, xlsx

FOLDER = Path(__file__).parent / "office"
LI_FANG: Mapping[str, str] = {**ZHANG_WEI, "nominee_name": "李芳", "gender": "女", "nominee_phone": "13700001111"}
PASSWORD = "secret"  # what the samples are locked with

#: As somebody types it into Excel: numbers and days.
TYPED: Mapping[str, Value] = {
    **ZHANG_WEI,
    "birth_month": (29342.0, 'yyyy"年"m"月"'),
    "years_of_service": (22.0, '0"年"'),
    "nominee_phone": 13800001234.0,
    "recommender_phone": (13900005678.0, "0"),
}


def rich() -> bytes:
    """What old Word files hold beside plain cells."""
    inner = grids.table(
        grids.row(grids.cell("内"), grids.cell("李四")), grids.row(grids.cell("外"), grids.cell("王五")), columns=2
    )
    mark = 'w:id="1" w:author="x" w:date="2026-01-01T00:00:00Z"'
    deleted = f"<w:del {mark}><w:r><w:delText>删</w:delText></w:r></w:del>"
    inserted = f"<w:ins {mark}><w:r><w:t>插</w:t></w:r></w:ins>"
    hidden = "".join(f"<w:r><w:rPr><w:{how}/></w:rPr><w:t>隐</w:t></w:r>" for how in ("vanish", "strike", "dstrike"))
    link = _field(" HYPERLINK &quot;mailto:a@b.cn&quot; ", "<w:r><w:t>a@b.cn</w:t></w:r>")
    box = (
        '<w:r><w:pict xmlns:v="urn:schemas-microsoft-com:vml"><v:shape type="#_x0000_t202" '
        'style="position:absolute;width:300pt;height:200pt"><v:textbox><w:txbxContent>'
        f"{grids.paragraphs('框里的话')}{grids.table(grids.row(grids.cell('框'), grids.cell('里')), columns=2)}"
        "<w:p/></w:txbxContent></v:textbox></v:shape></w:pict></w:r>"
    )
    lines = (
        f"<w:p>{box}<w:r><w:t>甲</w:t></w:r>{deleted}{inserted}{hidden}<w:r><w:t>乙</w:t></w:r></w:p>"
        f"<w:p>{_tick(1)}{grids.run('男')}{_tick(0)}{grids.run('女')}</w:p>"
        f"<w:p>{_wingdings('R')}{grids.run('男')}{_wingdings('£')}{grids.run('女')}</w:p>"
        '<w:p><w:r><w:sym w:font="Wingdings 2" w:char="F052"/></w:r>'
        f"{grids.run('是')}</w:p><w:p>{_chosen()}</w:p><w:p>{link}{grids.run('　手机')}</w:p>"
        "<w:p><w:r><w:t>上</w:t><w:br/><w:t>下</w:t><w:tab/><w:t>右</w:t><w:noBreakHyphen/></w:r></w:p>"
    )
    merged = grids.table(
        grids.row(grids.cell("基本\n信息", merge="restart"), grids.cell("姓名"), grids.cell("张伟", 2)),
        grids.row(grids.cell("", merge="continue"), grids.cell("性别"), grids.cell("男", 2)),
        grids.row(grids.cell("", merge="continue"), grids.cell("照片"), grids.cell("", 2)),
        grids.row(
            grids.cell("事迹"), grids.cell("", 3, content=f"{grids.paragraphs('前')}{inner}{grids.paragraphs('后')}")
        ),
        columns=4,
    )
    return grids.docx(f"{lines}{merged}<w:p/>")


def _field(code: str, result: str, data: str = "") -> str:
    return (
        f'<w:r><w:fldChar w:fldCharType="begin">{data}</w:fldChar></w:r><w:r><w:instrText xml:space="preserve">{code}</w:instrText>'
        f'</w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r>{result}<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )


def _tick(on: int) -> str:
    box = f'<w:ffData><w:name w:val="C"/><w:enabled/><w:checkBox><w:sizeAuto/><w:default w:val="{on}"/></w:checkBox></w:ffData>'
    return _field(" FORMCHECKBOX ", "", box)


def _chosen() -> str:
    entries = "".join(f'<w:listEntry w:val="{word}"/>' for word in ("群众", "中共党员"))
    data = f'<w:ffData><w:name w:val="D"/><w:enabled/><w:ddList><w:result w:val="1"/>{entries}</w:ddList></w:ffData>'
    return _field(" FORMDROPDOWN ", "", data)


def _wingdings(letter: str) -> str:
    fonts = '<w:rFonts w:ascii="Wingdings 2" w:hAnsi="Wingdings 2"/>'
    return f"<w:r><w:rPr>{fonts}</w:rPr><w:t>{letter}</w:t></w:r>"


def workbook() -> bytes:
    """A form that begins in the third row and second column, the blank one beside it, an old one hidden."""
    old = form_sheet(LI_FANG, "旧")
    old.state = "hidden"
    return xlsx(form_sheet(TYPED, "表", 3, 2), form_sheet({}, "空表"), old)


def listed() -> bytes:
    sheet = list_sheet([TYPED, LI_FANG, {**LI_FANG, "nominee_name": "王强", "nominee_phone": "13700002222"}], 2, 2)
    sheet.hidden_rows, sheet.hidden_columns = (5,), (17,)
    sheet.put(2, 17, "内部备注")
    sheet.put(3, 17, "看不见")
    return xlsx(sheet, Sheet("Sheet2"), Sheet("Sheet3"))


#: By name: what it is made of, and the password for it.
SAMPLES = {
    "form.doc": (filled_form(ZHANG_WEI, keep_hints=True), ""),
    "two.doc": (filled_form(ZHANG_WEI, more=[LI_FANG]), ""),
    "rich.doc": (rich(), ""),
    "workbook.xls": (workbook(), ""),
    "list.xls": (listed(), ""),
    "locked.doc": (filled_form(ZHANG_WEI), PASSWORD),
    "locked.xls": (workbook(), PASSWORD),
    "protected.xls": (workbook(), "VelvetSweatshop"),  # what Excel takes where only changes are forbidden
}
_FILTERS = {"doc": "MS Word 97", "xls": "MS Excel 97"}
_MODULE = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE script:module PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "module.dtd">
<script:module xmlns:script="http://openoffice.org/2000/script" script:name="Module1" script:language="StarBasic">
Sub Keep(source As String, target As String, how As String, word As String)
  Dim a(0) As New com.sun.star.beans.PropertyValue
  a(0).Name = "Hidden" : a(0).Value = True
  d = StarDesktop.loadComponentFromURL(source, "_blank", 0, a())
  Dim b(0) As New com.sun.star.beans.PropertyValue
  b(0).Name = "FilterName" : b(0).Value = how
  If word &lt;&gt; "" Then
    ReDim Preserve b(1)
    Dim c As New com.sun.star.beans.PropertyValue
    c.Name = "Password" : c.Value = word
    b(1) = c
  End If
  d.storeToURL(target, b())
  d.close(True)
End Sub
Sub All
{}
  StarDesktop.terminate()
End Sub
</script:module>"""
_LIBRARY = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE library:library PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "library.dtd">
<library:library xmlns:library="http://openoffice.org/2000/library" library:name="Standard" library:readonly="false"
 library:passwordprotected="false"><library:element library:name="Module1"/></library:library>"""


def main() -> None:
    import msoffcrypto.format.ooxml  # not among our requirements: pip install msoffcrypto-tool

    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        calls = []
        for name, (data, word) in SAMPLES.items():
            source = Path(folder, f"{name}x")
            source.write_bytes(data)
            target, how = (FOLDER / name).as_uri(), _FILTERS[name.rpartition(".")[2]]
            calls.append(f'  Keep("{source.as_uri()}", "{target}", "{how}", "{word}")')
        profile = Path(folder, "profile")
        office = ["soffice", f"-env:UserInstallation={profile.as_uri()}", "--headless"]
        subprocess.run([*office, "--terminate_after_init"], check=False, timeout=60)
        basic = profile / "user" / "basic" / "Standard"
        basic.mkdir(parents=True, exist_ok=True)
        (basic / "script.xlb").write_text(_LIBRARY, encoding="utf-8")
        (basic / "Module1.xba").write_text(_MODULE.format("\n".join(calls)), encoding="utf-8")
        subprocess.run([*office, "macro:///Standard.Module1.All"], check=False, timeout=120)
    for name, data in (("locked.docx", filled_form(ZHANG_WEI)), ("locked.xlsx", workbook())):
        with (FOLDER / name).open("wb") as out:
            msoffcrypto.format.ooxml.OOXMLFile(io.BytesIO(data)).encrypt(PASSWORD, out)


if __name__ == "__main__":
    main()
