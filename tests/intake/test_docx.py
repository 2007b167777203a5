"""Word's XML as Word, WPS, phones and people leave it: all visible text, each once, in its cell."""

import io
import zipfile

import pytest
from forms import ZHANG_WEI, filled_form
from hypothesis import given, settings
from hypothesis import strategies as st

from intake.documents import package as package_module
from intake.documents.document import MAX_BLOCKS, Cell, Document, Paragraph, Table, Unreadable
from intake.documents.limits import Exceeded
from intake.documents.open import beyond, open_document
from intake.documents.package import package_of
from intake.documents.word.docx import docx_document

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/wordprocessingml/main"
NAMESPACES = (
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:v="urn:schemas-microsoft-com:vml" '
    'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'
)


def package(body, *, namespace=W, main="word/document.xml", before="", **members):
    xml = f'<?xml version="1.0"?>{before}<w:document xmlns:w="{namespace}" {NAMESPACES}><w:body>{body}</w:body></w:document>'
    return zipped({main: xml, **{name.replace("__", "/"): text for name, text in members.items()}})


def zipped(members):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in members.items():
            archive.writestr(name, text)
    return buffer.getvalue()


def r(text):
    return f'<w:r><w:t xml:space="preserve">{text}</w:t></w:r>'


def p(*content):
    return f"<w:p>{''.join(content)}</w:p>"


def tc(*content, properties=""):
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{''.join(content) or '<w:p/>'}</w:tc>"


def tr(*cells, properties=""):
    return f"<w:tr>{properties and f'<w:trPr>{properties}</w:trPr>'}{''.join(cells)}</w:tr>"


def tbl(*rows):
    return f"<w:tbl><w:tblPr/><w:tblGrid/>{''.join(rows)}</w:tbl>"


def sdt(content, properties=""):
    return f"<w:sdt><w:sdtPr>{properties}</w:sdtPr><w:sdtContent>{content}</w:sdtContent></w:sdt>"


def wrapped(name, content):
    return f"<w:{name}>{content}</w:{name}>"


def textbox(content):
    both = f"<mc:Choice Requires='wps'><w:drawing><wps:txbx><w:txbxContent>{content}</w:txbxContent></wps:txbx></w:drawing></mc:Choice>"
    vml = f"<w:pict><v:shape><v:textbox><w:txbxContent>{content}</w:txbxContent></v:textbox></v:shape></w:pict>"
    return f"<w:r><mc:AlternateContent>{both}<mc:Fallback>{vml}</mc:Fallback></mc:AlternateContent></w:r>"


CHECKBOX = '<w14:checkbox><w14:checked w14:val="{}"/></w14:checkbox>'
LEGACY = '<w:r><w:fldChar w:fldCharType="begin"><w:ffData>{}</w:ffData></w:fldChar></w:r>'
FIELD = '<w:r><w:fldChar w:fldCharType="{}"/></w:r>'
PROMPT = "<w:showingPlcHdr/>"

LINES = [
    ("runs split in mid-label", p(r("被推荐"), r("人姓"), r("名")), ["被推荐人姓名"]),
    ("insertion kept", p(r("A"), wrapped("ins", r("B")), r("C")), ["ABC"]),
    ("deletion dropped", p(r("A"), wrapped("del", "<w:r><w:delText>B</w:delText></w:r>"), r("C")), ["AC"]),
    ("moved: once, at its new place", p(wrapped("moveFrom", r("旧")), wrapped("moveTo", r("新"))), ["新"]),
    ("paragraph mark deleted", f"<w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr>{r('前')}</w:p>{p(r('后'))}", ["前后"]),
    ("content control in a line", p(r("姓名："), sdt(r("张伟"))), ["姓名：张伟"]),
    ("content control around paragraphs", sdt(p(r("一")) + p(r("二"))), ["一", "二"]),
    ("control within a control", sdt(sdt(p(sdt(r("张伟"))))), ["张伟"]),
    ("prompt of an empty control", p(r("姓名："), sdt(r("单击此处输入文字"), PROMPT)), ["姓名："]),
    ("prompt switched off", p(sdt(r("张伟"), '<w:showingPlcHdr w:val="0"/>')), ["张伟"]),
    ("text after a prompt", p(sdt(r("请输入"), PROMPT), r("张伟")), ["张伟"]),
    ("ticked control", p(sdt(r("☒"), CHECKBOX.format(1)), r("男"), sdt(r("☐"), CHECKBOX.format(0)), r("女")), ["☑男☐女"]),
    ("smart tag, hyperlink, simple field", p(*(wrapped(n, r(n[0])) for n in ("smartTag", "hyperlink", "fldSimple"))), ["shf"]),
    ("custom XML around all", wrapped("customXml", p(wrapped("customXml", r("甲")))), ["甲"]),
    ("field code is no text", p("<w:r><w:instrText>DATE</w:instrText></w:r>", r("五月")), ["五月"]),
    ("Wingdings", p('<w:r><w:sym w:font="Wingdings" w:char="F0FE"/><w:t>男</w:t><w:sym w:char="F0A8"/><w:t>女</w:t></w:r>'), ["☑男☐女"]),
    ("Wingdings 2", p('<w:r><w:sym w:font="Wingdings 2" w:char="F052"/><w:t>是</w:t></w:r>'), ["☑是"]),
    ("letters in Wingdings", p('<w:r><w:rPr><w:rFonts w:ascii="Wingdings"/></w:rPr><w:t>þ</w:t></w:r>', r("男"), '<w:r><w:rPr><w:rFonts w:ascii="Wingdings"/></w:rPr><w:t>¨</w:t></w:r>', r("女")), ["☑男☐女"]),
    ("R in Wingdings 2", p('<w:r><w:rPr><w:rFonts w:ascii="Wingdings 2"/></w:rPr><w:t>R</w:t></w:r>', r("男")), ["☑男"]),
    ("box as a private character", p(r("\uf0fe男\uf0a8女")), ["☑男☐女"]),
    ("unknown symbol", p('<w:r><w:sym w:char="XYZ"/><w:t>男</w:t></w:r>'), ["男"]),
    ("legacy tick box", p(LEGACY.format('<w:checkBox><w:default w:val="0"/><w:checked/></w:checkBox>'), r("男")), ["☑男"]),
    ("legacy box by default", p(LEGACY.format('<w:checkBox><w:default w:val="0"/></w:checkBox>'), r("男")), ["☐男"]),
    ("legacy drop-down", p(LEGACY.format('<w:ddList><w:result w:val="1"/><w:listEntry w:val="男"/><w:listEntry w:val="女"/></w:ddList>')), ["女"]),
    ("tab and break", p("<w:r><w:t>甲</w:t><w:tab/><w:t>乙</w:t><w:br/><w:t>丙</w:t><w:noBreakHyphen/></w:r>"), ["甲\t乙\n丙-"]),
    ("text box once", p(r("前"), textbox(p(r("框里")))), ["前", "框里"]),
    ("old VML box alone", p(f"<w:r><w:pict><v:textbox><w:txbxContent>{p(r('框里'))}</w:txbxContent></v:textbox></w:pict></w:r>"), ["", "框里"]),
    ("fallback without choice", p("<w:r><mc:AlternateContent><mc:Fallback><w:t>甲</w:t></mc:Fallback></mc:AlternateContent></w:r>"), ["甲"]),
    ("pinyin over a name", p("<w:r><w:ruby><w:rt><w:r><w:t>wei</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>伟</w:t></w:r></w:rubyBase></w:ruby></w:r>"), ["伟"]),
    ("formula", p("<m:oMath><m:r><m:t>x=1</m:t></m:r></m:oMath>"), ["x=1"]),
    ("hidden text", p(r("甲"), "<w:r><w:rPr><w:b/><w:vanish/></w:rPr><w:t>乙</w:t></w:r>", '<w:r><w:rPr><w:vanish w:val="0"/></w:rPr><w:t>丙</w:t></w:r>'), ["甲丙"]),
    ("struck out", p(r("甲"), "<w:r><w:rPr><w:strike/></w:rPr><w:t>乙</w:t></w:r>", '<w:r><w:rPr><w:dstrike w:val="0"/></w:rPr><w:t>丙</w:t></w:r>'), ["甲丙"]),
    ("symbol by its own code", p('<w:r><w:sym w:font="MS Gothic" w:char="2611"/><w:t>男</w:t><w:sym w:font="MS Gothic" w:char="2610"/><w:t>女</w:t></w:r>'), ["☑男☐女"]),
    ("symbol of a font of letters", p('<w:r><w:sym w:font="Symbol" w:char="F071"/><w:t>男</w:t></w:r>'), ["男"]),
    ("drop-down that shows its choice too", p(LEGACY.format('<w:ddList><w:result w:val="1"/><w:listEntry w:val="男"/><w:listEntry w:val="女"/></w:ddList>'),
     '<w:r><w:fldChar w:fldCharType="separate"/></w:r>', r("女"), '<w:r><w:fldChar w:fldCharType="end"/></w:r>', r("士")), ["女士"]),
    ("text field", p('<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>FORMTEXT</w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r>',
     r("张伟"), '<w:r><w:fldChar w:fldCharType="end"/></w:r>'), ["张伟"]),
    ("field within another's code", p(FIELD.format("begin"), "<w:r><w:instrText> IF </w:instrText></w:r>", FIELD.format("begin"),
     "<w:r><w:instrText>MERGEFIELD 性别</w:instrText></w:r>", FIELD.format("separate"), r("男"), FIELD.format("end"),
     "<w:r><w:instrText> = 男</w:instrText></w:r>", FIELD.format("separate"), r("先生"), FIELD.format("end"), r("好")), ["先生好"]),
    ("drop cap", f'<w:p><w:pPr><w:framePr w:dropCap="drop"/></w:pPr>{r("张")}</w:p>{p(r("伟同志"))}', ["张伟同志"]),
    ("paragraph moved away", f"<w:p><w:pPr><w:rPr><w:moveFrom/></w:rPr></w:pPr>{wrapped('moveFrom', r('旧'))}</w:p>{p(r('后'))}", ["后"]),
    ("soft hyphen, footnote, comment mark", p(r("甲"), "<w:r><w:softHyphen/><w:footnoteReference w:id='1'/><w:commentReference w:id='2'/></w:r>", r("乙")), ["甲乙"]),
    ("date picker and drop-down control", p(sdt(r("1980年5月"), "<w:date/>"), sdt(r("女"), "<w:dropDownList/>")), ["1980年5月女"]),
    ("repeating section", sdt(sdt(p(r("一"))) + sdt(p(r("二")))), ["一", "二"]),
    ("comment and instruction", p(r("甲"), "<!-- 乙 --><?x y?>", r("丙")), ["甲丙"]),
]  # fmt: skip


def opened(data):
    try:
        return docx_document(package_of(data), opener=open_document)
    except Exceeded as limit:
        return beyond("", str(limit), "docx")


def texts(body, **options):
    found = opened(package(body, **options))
    assert isinstance(found, Document)
    return [block.text for block in found.blocks if isinstance(block, Paragraph)]


@pytest.mark.parametrize(("body", "expected"), [row[1:] for row in LINES], ids=[row[0] for row in LINES])
def test_text(body, expected):
    assert texts(body) == expected


def cells(body):
    (table,) = (block for block in opened(package(body)).blocks if isinstance(block, Table))
    return [(c.row, c.column, c.row_span, c.column_span, c.text) for c in table.cells]


SPAN2, RESTART, CONTINUE = '<w:gridSpan w:val="2"/>', '<w:vMerge w:val="restart"/>', "<w:vMerge/>"
A, B, C = (tc(p(r(x))) for x in "ABC")

TABLES = [
    ("plain", tbl(tr(A, B), tr(C)), [(0, 0, 1, 1, "A"), (0, 1, 1, 1, "B"), (1, 0, 1, 1, "C")]),
    ("gridSpan", tbl(tr(tc(p(r("A")), properties=SPAN2), B)), [(0, 0, 1, 2, "A"), (0, 2, 1, 1, "B")]),
    ("vMerge", tbl(tr(tc(p(r("A")), properties=RESTART), B), tr(tc(p(r("不见")), properties=CONTINUE), C)),
     [(0, 0, 2, 1, "A"), (0, 1, 1, 1, "B"), (1, 1, 1, 1, "C")]),
    ("vMerge without a start", tbl(tr(tc(p(r("A")), properties=CONTINUE), B)), [(0, 0, 1, 1, "A"), (0, 1, 1, 1, "B")]),
    ("hMerge", tbl(tr(tc(p(r("A")), properties='<w:hMerge w:val="restart"/>'), tc(properties="<w:hMerge/>"), B)),
     [(0, 0, 1, 2, "A"), (0, 2, 1, 1, "B")]),
    ("gridBefore", tbl(tr(A, B), tr(C, properties='<w:gridBefore w:val="1"/>')),
     [(0, 0, 1, 1, "A"), (0, 1, 1, 1, "B"), (1, 1, 1, 1, "C")]),
    ("cell in a control", tbl(tr(A, sdt(B), C)), [(0, 0, 1, 1, "A"), (0, 1, 1, 1, "B"), (0, 2, 1, 1, "C")]),
    ("prompt in a cell's control", tbl(tr(A, sdt(B, PROMPT), C)), [(0, 0, 1, 1, "A"), (0, 1, 1, 1, ""), (0, 2, 1, 1, "C")]),
    ("row in a control", tbl(sdt(tr(A)), tr(B)), [(0, 0, 1, 1, "A"), (1, 0, 1, 1, "B")]),
    ("deleted row", tbl(tr(A, properties="<w:del/>"), tr(B, properties="<w:ins/>")), [(0, 0, 1, 1, "B")]),
    ("deleted cell", tbl(tr(A, tc(p(r("X")), properties="<w:cellDel/>"), B)), [(0, 0, 1, 1, "A"), (0, 1, 1, 1, "B")]),
    ("text box in a cell", tbl(tr(tc(p(textbox(p(r("框里"))))))), [(0, 0, 1, 1, "框里")]),
    ("paragraphs in a cell", tbl(tr(tc(p(r("一")), p(), p(r("二")), p()))), [(0, 0, 1, 1, "一\n\n二")]),
    ("absurd span", tbl(tr(tc(p(r("A")), properties='<w:gridSpan w:val="999999999999"/>'), B)), [(0, 0, 1, 1, "A"), (0, 1, 1, 1, "B")]),
]  # fmt: skip


@pytest.mark.parametrize(("body", "expected"), [row[1:] for row in TABLES], ids=[row[0] for row in TABLES])
def test_table(body, expected):
    assert cells(body) == expected


STYLES = (
    f'<w:styles xmlns:w="{W}"><w:style w:styleId="z"><w:rPr><w:vanish/></w:rPr></w:style>'
    '<w:style w:styleId="a"><w:rPr><w:b/></w:rPr></w:style></w:styles>'
)


def test_style_that_hides():
    run = '<w:r><w:rPr><w:rStyle w:val="{}"/></w:rPr><w:t>{}</w:t></w:r>'
    hidden = f'<w:p><w:pPr><w:pStyle w:val="z"/></w:pPr>{r("丁")}</w:p>'
    body = p(run.format("z", "甲"), run.format("a", "乙")) + hidden
    assert texts(body) == ["甲乙", "丁"]
    assert texts(body, **{"word__styles.xml": STYLES}) == ["乙", ""]
    assert texts(body, **{"word__styles.xml": "<broken w:vanish"}) == ["甲乙", "丁"]


OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
INSERTED = f'<Relationships><Relationship Id="rId7" Type="{OFFICE}/aFChunk" Target="{{}}"/></Relationships>'


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("part.html", "<html><body><p>姓名：张伟</p></body></html>"),
        ("part.docx", package(p(r("姓名：张伟")))),
        ("part.txt", "姓名：张伟"),
    ],
)
def test_another_file_shown_within(name, content):
    body = p(r("前")) + f'<w:altChunk xmlns:r="{OFFICE}" r:id="rId7"/>' + p(r("后"))
    members = {"word___rels__document.xml.rels": INSERTED.format(name), f"word__{name}": content}
    assert [text for text in texts(body, **members) if text] == ["前", "姓名：张伟", "后"]


def test_document_put_in_as_an_object():
    shown = (
        f'<o:OLEObject xmlns:o="urn:schemas-microsoft-com:office:office" xmlns:r="{OFFICE}" Type="Embed" r:id="rId7"/>'
    )
    relations = INSERTED.format("embeddings/1.docx").replace("aFChunk", "package")
    members = {"word/_rels/document.xml.rels": relations, "word/embeddings/1.docx": package(p(r("姓名：张伟")))}
    assert texts(p(r("见表："), f"<w:r><w:object>{shown}</w:object></w:r>"), **members) == ["见表：", "姓名：张伟"]


def test_documents_within_documents_end_somewhere():
    inner = package(p(r("张伟")))
    reference = f'<w:altChunk xmlns:r="{OFFICE}" r:id="rId7"/>'
    for _ in range(150):
        members = {"word/_rels/document.xml.rels": INSERTED.format("a.docx"), "word/a.docx": inner}
        inner = package(p(r("外")) + reference, **members)
    assert isinstance(opened(inner), Document)


def test_another_file_shown_endlessly():
    body = f'<w:altChunk xmlns:r="{OFFICE}" r:id="rId7"/>' * 1000
    page = "<table><tr><td>甲</td><td>乙</td></tr></table>" * 100
    members = {"word/_rels/document.xml.rels": INSERTED.format("a.html"), "word/a.html": page}
    document = opened(package(body, **members))
    assert isinstance(document, Document)
    assert 5_000 < len(document.blocks) <= MAX_BLOCKS // 2


def test_another_file_that_is_not_there():
    assert texts(f'<w:altChunk xmlns:r="{OFFICE}" r:id="rId7"/>{p(r("后"))}') == ["后"]


def test_nested_table_stays_in_its_cell():
    (outer,) = opened(package(tbl(tr(tc(p(r("外")), tbl(tr(A, B)), p()))))).blocks
    (cell,) = outer.cells
    assert cell.text == "外"
    assert cell.tables == (Table(1, 2, (Cell(0, 0, 1, 1, "A"), Cell(0, 1, 1, 1, "B"))),)


CONTENT_TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override PartName="/word/main2.xml" '
    'ContentType="application/vnd.ms-word.document.macroEnabled.main+xml"/></Types>'
)
RELATIONS = '<Relationships><Relationship Type="http://purl.oclc.org/x/officeDocument" Target="{}"/></Relationships>'


@pytest.mark.parametrize(
    "options",
    [
        {"namespace": STRICT},
        {"main": "word\\document.xml"},
        {"main": "Word/Document.xml"},
        {"main": "word/main2.xml", "_rels__.rels": RELATIONS.format("word/main2.xml")},
        {"main": "word/main2.xml", "_rels__.rels": RELATIONS.format("/word/main2.xml")},
        {"main": "word/main2.xml", "_rels__.rels": RELATIONS.format("NULL"), "[Content_Types].xml": CONTENT_TYPES},
        {"main": "word/main2.xml", "_rels__.rels": "<broken", "[Content_Types].xml": CONTENT_TYPES},
    ],
    ids=str,
)
def test_package_as_others_write_it(options):
    assert texts(p(r("张伟")), **options) == ["张伟"]


BILLION = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY f SYSTEM "file:///etc/hostname">]>'


def test_entities_are_not_resolved():
    assert "".join(texts(p(r("张&b;&f;伟")), before=BILLION)) in ("张伟", "张")


DEEP = "<w:smartTag>" * 300 + r("深") + "</w:smartTag>" * 300


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (b"", "损坏"),
        (b"PK\x03\x04", "损坏"),
        (filled_form(ZHANG_WEI)[:9000], "损坏"),
        (zipped({"a.txt": "x"}), "没有 Word 正文"),
        (zipped({"word/document.xml": "<w:document"}), "损坏"),
        (zipped({"word/document.xml": ""}), "损坏"),
        (package(p(DEEP)), "损坏"),
        (package(p(r("0" * 5_000_000))), "300 倍"),
        (zipped({f"word/{n}": "" for n in range(package_module.MAX_MEMBERS + 1)}), "过多"),
    ],
    ids=range(9),
)
def test_what_cannot_be_read(data, word):
    found = opened(data)
    assert isinstance(found, Unreadable)
    assert word in found.reason
    assert ".docx" in found.reason


def test_part_beyond_the_limit(monkeypatch):
    monkeypatch.setattr(package_module, "MAX_PART_MB", 0)
    assert isinstance(opened(package(p(r("张伟" * 1_000)))), Unreadable)


def test_password_on_the_zip_itself():
    data = bytearray(package(p(r("张伟"))))
    data[data.index(b"PK\x01\x02") + 8] |= 1
    assert opened(bytes(data)).code == "encrypted_attachment"


FORM = filled_form(ZHANG_WEI)


@given(
    st.lists(st.tuples(st.integers(0, len(FORM) - 1), st.integers(0, 255)), min_size=1, max_size=20),
    st.integers(0, len(FORM)),
)
@settings(max_examples=150)
def test_damaged_files_never_raise(changes, cut):
    data = bytearray(FORM)
    for at, byte in changes:
        data[at] = byte
    assert isinstance(opened(bytes(data)), Document | Unreadable)
    assert isinstance(opened(bytes(data[:cut])), Document | Unreadable)


TAGS = st.sampled_from(
    ["p", "r", "t", "tbl", "tr", "tc", "sdt", "sdtContent", "sdtPr", "showingPlcHdr", "ins", "del", "tcPr"]
)
TREES = st.recursive(
    st.sampled_from(["张", "", "<w:vMerge/>", "<w:br/>", "<w:sym/>", "<w:fldChar/>"]),
    lambda inner: st.tuples(TAGS, st.lists(inner, max_size=4)).map(lambda t: wrapped(t[0], "".join(t[1]))),
    max_leaves=25,
)


@given(TREES)
@settings(max_examples=200)
def test_any_nesting_is_read(tree):
    assert isinstance(opened(package(tree)), Document)
