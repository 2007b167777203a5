"""RTF as Word, WPS, WordPad, TextEdit and LibreOffice write it: all visible text, each once, in its cell."""

import tracemalloc

import pytest
from forms import GRID, LABELS, TITLE, ZHANG_WEI
from hypothesis import given, settings
from hypothesis import strategies as st

from intake.documents.document import Cell, Document, Paragraph, Table, Unreadable
from intake.documents.limits import Allowance, Limits
from intake.documents.means import PLAIN, Means
from intake.documents.rtf import tokens as rtf_tokens
from intake.documents.rtf.enclosed_html import encapsulated_html
from intake.documents.rtf.rtf import rtf_document, rtf_text
from intake.forms.forms import read_forms

FONTS = (
    rb"{\fonttbl{\f0\froman\fcharset0 Times New Roman;}{\f13\fnil\fcharset134{\*\panose 02010600030101010101}\'cb\'ce\'cc\'e5{\*\falt SimSun};}"
    rb"{\f3\fnil\fcharset2 Wingdings;}{\f4\fnil\fcharset136 MingLiU;}}"
)


def rtf(body, head=rb"\ansi\ansicpg936\deff0\uc1"):
    return rb"{\rtf1" + head + FONTS + body + b"}"


def hexed(text):
    return "".join(f"\\'{octet:02x}" for octet in text.encode("gb18030")).encode()


ZHANG = hexed("张伟")

LINES = [
    ("GBK in two fonts", rb"\f13 " + ZHANG + rb"\par \f0 Li\par", ["张伟", "Li"]),
    ("a character split over two groups", rb"{\f13\'d5}{\f13\'c5}\f13\'ce{\b\'b0}\par", ["张伟"]),
    ("a second byte that is a letter", rb"\f13 \'8c\'46\'93j\par", [b"\x8c\x46\x93j".decode("gb18030")]),
    ("a second byte that is a brace", rb"\f13 \'81\{\'81\}\'81\\\par", [b"\x81{\x81}\x81\\".decode("gb18030")]),
    ("raw GBK", rb"\f13 " + "姓名：張俓亅".encode("gb18030") + rb"\par", ["姓名：張俓亅"]),
    ("raw UTF-8", rb"\f13 " + "姓名：张伟".encode() + rb"\par", ["姓名：张伟"]),
    ("a Western font over Chinese", rb"\f0 " + ZHANG + rb"\par", ["张伟"]),
    ("traditional Chinese", rb"\f4 \'b1\'69\'b0\'b6\par", ["張偉"]),
    ("Unicode with a fallback", rb"\u24352?\u20255?\par", ["张伟"]),
    ("... of two bytes", rb"\uc2\u24352\'d5\'c5\u20255\'ce\'b0\par", ["张伟"]),
    ("... of two bytes that count as one", rb"\uc1\u24352\'d5\'c5\u20255\'ce\'b0A\par", ["张伟A"]),
    ("... of none", rb"\uc0\u24352 \u20255 \par", ["张伟"]),
    ("... in a group of its own", rb"{\uc0\u24352}\u20255?A\par", ["张伟A"]),
    ("... a brace", rb"\u24352\'3f{\u20255}x\par", ["张伟x"]),
    ("negative numbers", rb"\u-30334?\par", [chr(65536 - 30334)]),
    ("beyond the first plane", rb"\u-10176?\u-8592?\par", ["𠉰"]),
    ("half of such a one", rb"\u-10176?A\par", ["\ufffdA"]),
    ("marks", rb"A\tab B\line C\~D\_E\-F\emdash\ldblquote G\rdblquote\par", ["A\tB\nC\xa0D-EF—“G”"]),
    ("escaped line end", b"A\\\nB\\\r\nC\\par", ["A", "B", "C"]),
    ("escaped braces", rb"\{A\}\\\par", ["{A}\\"]),
    ("text without an end", rb"A\par B", ["A", "B"]),
    ("empty lines stay", rb"A\par\par B\par", ["A", "", "B"]),
    ("hidden", rb"A{\v B}\v C\v0 D\par", ["AD"]),
    ("deleted", rb"A{\deleted\revauthdel1 B\par}{\revised C}\par", ["AC"]),
    ("struck out", rb"\strike A\strike0 B\strike C\plain D\par", ["BD"]),
    ("headers, notes, comments", rb"{\header\pard H\par}A{\footnote F}{\*\annotation N}{\*\atnauthor X}\par", ["A"]),
    ("what nobody knows", rb"{\*\unknown B}{\known C}A\par", ["CA"]),
    ("properties", rb"{\info{\title T}{\author \'d5}}{\stylesheet{\s0 Normal;}}{\colortbl;\red0;}A\par", ["A"]),
    ("numbering", rb"{\listtext 1.\tab}A{\pntext 2.}\par", ["A"]),
    ("a field's result", rb'{\field{\*\fldinst HYPERLINK "http://x"}{\fldrslt A}}B\par', ["AB"]),
    ("a symbol", rb'{\field{\*\fldinst SYMBOL 254 \\f "Wingdings" \\s 12}{\fldrslt\f3\fs24}}A\par', ["☑A"]),
    ("a symbol as a letter", rb"{\f3\'fe}A{\f3 \u-3928?}B{\f3\'a8}\par", ["☑A☐B☐"]),
    ("a ticked form field", rb"{\field{\*\fldinst {FORMCHECKBOX }{\*\formfield{\fftype1\ffres1\ffdefres0}}}{\fldrslt }}A\par", ["☑A"]),
    ("an untouched one", rb"{\field{\*\fldinst {FORMCHECKBOX }{\*\formfield{\fftype1\ffres25\ffdefres0}}}}A\par", ["☐A"]),
    ("one ticked from the start", rb"{\field{\*\fldinst{\*\formfield{\fftype1\ffres25\ffdefres1}}}}A\par", ["☑A"]),
    ("a drop-down", rb"{\field{\*\fldinst FORMDROPDOWN{\*\formfield{\fftype2\ffres1{\*\ffl A}{\*\ffl " + ZHANG + rb"}}}}{\fldrslt A}}\par", ["张伟"]),
    ("a text field", rb"{\field{\*\fldinst FORMTEXT{\*\formfield{\fftype0{\*\ffdeftext x}}}}{\fldrslt A}}\par", ["A"]),
    ("a text box", rb"A{\shp{\*\shpinst{\sp{\sn x}{\sv 1}}{\shptxt\pard B\par C\par}}{\shprslt{\*\do{\dptxbxtext B\par}}}}D\par", ["AD", "B", "C"]),
    ("twice, for old programs", rb"{\upr{A}{\*\ud{\u24352?}}}\par", ["张"]),
    ("binary data", b"A{\\pict\\bin5 {{{{{}B\\par", ["AB"]),
    ("more groups closed than opened", rb"A\par}}}B", ["A"]),
    ("groups never closed", rb"{{{\b A\par", ["A"]),
]  # fmt: skip


@pytest.mark.parametrize(("body", "lines"), [row[1:] for row in LINES], ids=[row[0] for row in LINES])
def test_lines(body, lines):
    assert rtf_text(rtf(body)).blocks == tuple(map(Paragraph, lines))


def row(*cells, left=0, level=1):
    """Cells as (edge, text) or (edge, text, merge)."""
    shape = b"".join(b"".join(cell[2:]) + b"\\cellx%d" % cell[0] for cell in cells)
    shape = b"\\trowd\\trgaph108\\trleft%d" % left + shape
    if level > 1:
        texts = b"".join(b"\\pard\\intbl\\itap%d %b\\nestcell" % (level, cell[1]) for cell in cells)
        return texts + b"{\\*\\nesttableprops" + shape + b"\\nestrow}{\\nonesttables\\par}"
    return shape + b"".join(b"\\pard\\intbl %b\\cell" % cell[1] for cell in cells) + b"\\row"


TABLES = [
    ("plain", row((1000, b"A"), (2000, b"B")) + row((1000, b"C"), (2000, b"D")), [(0, 0, 1, 1, "A"), (0, 1, 1, 1, "B"), (1, 0, 1, 1, "C"), (1, 1, 1, 1, "D")]),
    ("edges make columns", row((1000, b"A"), (2000, b"B"), (3000, b"C")) + row((2000, b"D"), (3000, b"E")), [(0, 0, 1, 1, "A"), (0, 1, 1, 1, "B"), (0, 2, 1, 1, "C"), (1, 0, 1, 2, "D"), (1, 2, 1, 1, "E")]),
    ("edges that nearly meet", row((1000, b"A"), (2000, b"B"), left=-108) + row((1015, b"C"), (1995, b"D"), left=-100), [(0, 0, 1, 1, "A"), (0, 1, 1, 1, "B"), (1, 0, 1, 1, "C"), (1, 1, 1, 1, "D")]),
    ("merged down", row((1000, b"A", b"\\clvmgf"), (2000, b"B")) + row((1000, b"", b"\\clvmrg"), (2000, b"C")), [(0, 0, 2, 1, "A"), (0, 1, 1, 1, "B"), (1, 1, 1, 1, "C")]),
    ("merged across", row((1000, b"A", b"\\clmgf"), (2000, b"", b"\\clmrg"), (3000, b"B")), [(0, 0, 1, 2, "A"), (0, 2, 1, 1, "B")]),
    ("edges without sense", b"\\trowd\\cellx0\\cellx0\\intbl A\\cell B\\cell\\row", [(0, 0, 1, 1, "A"), (0, 1, 1, 1, "B")]),
    ("more cells than edges", b"\\trowd\\cellx1000\\intbl A\\cell B\\cell\\row", [(0, 0, 1, 1, "A"), (0, 1, 1, 1, "B")]),
    ("a cell ended twice", b"\\trowd\\cellx1000\\cellx2000\\intbl A\\cell B\\cell\\cell\\row", [(0, 0, 1, 1, "A"), (0, 1, 1, 1, "B")]),
    ("without \\intbl", b"\\trowd\\cellx1000\\cellx2000\\pard A\\par A\\cell\\pard B\\cell\\row", [(0, 0, 1, 1, "A\nA"), (0, 1, 1, 1, "B")]),
    ("definition behind the cells only", b"\\pard\\intbl A\\cell B\\cell{\\trowd\\cellx500\\cellx2000\\row}", [(0, 0, 1, 1, "A"), (0, 1, 1, 1, "B")]),
    ("row never ended", b"\\trowd\\cellx1000\\cellx2000\\pard\\intbl A\\cell B\\cell", [(0, 0, 1, 1, "A"), (0, 1, 1, 1, "B")]),
    ("a deleted end of paragraph", b"\\trowd\\cellx1000\\pard\\intbl A{\\deleted x\\par}B\\cell\\row", [(0, 0, 1, 1, "AB")]),
]  # fmt: skip


@pytest.mark.parametrize(("body", "cells"), [row[1:] for row in TABLES], ids=[row[0] for row in TABLES])
def test_table(body, cells):
    (table,) = rtf_text(rtf(body)).blocks
    assert [(c.row, c.column, c.row_span, c.column_span, c.text) for c in table.cells] == cells


def test_table_within_a_cell_and_text_around():
    nested = row((500, b"C"), (900, b"D"), level=2)
    outer = (
        b"\\trowd\\cellx1000\\cellx2000\\pard\\intbl A\\par "
        + nested
        + b"\\pard\\intbl B\\cell X\\cell\\row\\pard Y\\par"
    )
    inner = Table(1, 2, (Cell(0, 0, 1, 1, "C"), Cell(0, 1, 1, 1, "D")))
    table = Table(1, 2, (Cell(0, 0, 1, 1, "A\nB", (inner,)), Cell(0, 1, 1, 1, "X")))
    assert rtf_text(rtf(b"W\\par " + outer)).blocks == (Paragraph("W"), table, Paragraph("Y"))


def in_word(text):
    """A run as Word writes it, cut in two."""
    head = rb"{\rtlch\fcs1 \af0\afs24 \ltrch\fcs0 \fs24\loch\af0\hich\af0\dbch\af13\insrsid4665123 \hich\af0\dbch\af13\loch\f13 "
    half = len(text) // 2
    return b"".join(
        head + part.replace(b"\n", rb"\par ") + b"}\r\n"
        for part in (hexed_lines(text[:half]), hexed_lines(text[half:]))
    )


def hexed_lines(text):
    return b"\n".join(map(hexed, text.split("\n")))


def in_textedit(text):
    codes = "".join(f"\\u{ord(c) - 65536 if ord(c) > 32767 else ord(c)} " if c != "\n" else "\\\n" for c in text)
    return b"\\f0\\fs24 \\cf0 \\uc0" + codes.encode()


@pytest.mark.parametrize("written", [in_word, in_textedit])
def test_filled_form(story_campaign, written):
    body = [written(TITLE), b"\\par "]
    for line in GRID:
        cells, at = [], -108
        for key, label, value in line:
            columns = ((LABELS[key], label), (ZHANG_WEI[key], value))
            if label == value == 24:
                body += [row((9072 - 108, written(text)), left=-108) for text, _ in columns]
                continue
            for text, width in columns:
                at += width * 378
                cells.append((at, written(text)))
        body += [row(*cells, left=-108)] if cells else []
    document = rtf_document(rtf(b"".join(body) + b"\\pard\\par"), Allowance(), PLAIN)
    (form,) = read_forms(document, story_campaign)
    assert {key: one.text for key, one in form.fields.items()} == ZHANG_WEI


def test_scan_within():
    jpeg = b"\xff\xd8\xff\xe0" + bytes(range(256)) * 400
    body = (
        rb"{\*\shppict{\pict{\*\picprop{\sp{\sn x}{\sv 1}}}\picw100\jpegblip\bliptag1{\*\blipuid 0123456789abcdef}"
        + jpeg.hex("\n", 32).encode()
        + rb"}}{\nonshppict{\pict\wmetafile8 "
        + b"00" * 60_000
        + b"}}"
    )
    document = rtf_document(rtf(body), Allowance(), PLAIN)
    assert [(scan.format, scan.data) for scan in document.scans] == [("jpg", jpeg)]
    assert document.weight < 1_000


def test_a_drawing_is_no_scan():
    drawing = rb"A{\*\shppict{\pict\wmetafile8 " + b"00" * 60_000 + rb"}}B\par"
    document = rtf_document(rtf(drawing), Allowance(), PLAIN)
    assert (document.blocks, document.scans) == ((Paragraph("AB"),), ())


def test_nothing_in_it_is_said_so():
    assert rtf_document(rtf(b"\\par"), Allowance(), PLAIN) == Unreadable("unreadable_attachment", "", "rtf")


def test_the_office_program_is_asked_where_nothing_is_found():
    asked = []

    def convert(data, kind, to, limits):
        asked.append((kind, to))

    assert isinstance(rtf_document(rtf(b""), Allowance(), Means(Limits(), convert)), Unreadable)
    assert asked == [("rtf", "docx")]
    for endless in (b"{\\rtf1" + b"{\\b " * 100_000, b"{\\rtf1" + b"{}" * 1_000_000):
        assert isinstance(rtf_document(endless, Allowance(), Means(Limits(), convert)), Unreadable)
    assert len(asked) == 1


ENCAPSULATED = (
    rb"{\rtf1\ansi\ansicpg936\fromhtml1 \deff0{\fonttbl{\f0\fswiss\fcharset0 Arial;}{\f5\fnil\fcharset134 \'cb\'ce\'cc\'e5;}}"
    rb"{\colortbl\red0\green0\blue0;}\uc1\pard\plain\deftab360 \f0\fs24 "
    rb"{\*\htmltag18 <html>}{\*\htmltag64}\htmlrtf {\htmlrtf0 {\*\htmltag64 <p class=x>}\htmlrtf {\f5 \htmlrtf0 \'d0\'d5\'c3\'fb"
    rb"{\*\htmltag84 &nbsp;}\htmlrtf \'a0\htmlrtf0 {\*\mhtmltag64 <p>}\u24352?\'ce\'b0\htmlrtf }\htmlrtf0 \htmlrtf\par}\htmlrtf0"
    b"\r\n{\\*\\htmltag72 </p>}\r\n{\\*\\htmltag241 <!-- \\{a\\} -->}\\line <a\\tab b{\\*\\htmltag27 </html>}}"
)


def test_html_within():
    assert encapsulated_html(ENCAPSULATED) == "<html><p class=x>姓名&nbsp;张伟</p><!-- {a} -->\r\n&lt;a\tb</html>"


@pytest.mark.parametrize("data", [b"", b"{\\rtf1 A}", rtf(b"A\\par"), b"<html>", rb"{\rtf1\fromhtml0 A}"])
def test_text_of_its_own_is_no_html(data):
    assert encapsulated_html(data) is None


@pytest.mark.parametrize(
    "data",
    [
        b"{\\rtf1" + b"{" * 3_000_000,
        b"{\\rtf1" + b"{}" * 1_500_000,
        b"{\\rtf1" + b"{\\*\\x " * 300_000,
        b"{\\rtf1{\\info " + b"{}" * 1_500_000,
        b"{\\rtf1" + b"\\trowd\\cellx1" * 200_000 + b"\\cell\\row",
        b"{\\rtf1" + b"\\intbl\\itap9\\cell\\nestcell" * 100_000,
        b"{\\rtf1" + b"\\trowd\\cellx9 A\\cell\\row" * 100_000,
        b"{\\rtf1" + b"".join(b"\\trowd\\cellx%d A\\cell\\row" % (99 * n) for n in range(15_000)),
        b"{\\rtf1" + b"\\u1 " * 500_000,
        b"{\\rtf1" + b"\\'" * 1_000_000,
        b"{\\rtf1" + b"{\\field{\\*\\fldinst SYMBOL" * 100_000,
        b"{\\rtf1" + b"{\\shptxt A\\par" * 200_000,
        b"{\\rtf1{\\fonttbl" + b"{\\f1" * 300_000,
    ],
)
def test_bounded(data, monkeypatch):
    monkeypatch.setattr(rtf_tokens, "MAX_TOKENS", 100_000)
    document = rtf_text(data)
    assert len(document.blocks) <= 20_000
    assert encapsulated_html(data) is None


PIECES = [
    *(b"{", b"}", b"\\par ", b"\\cell ", b"\\row ", b"\\trowd", b"\\cellx999", b"\\intbl", b"\\itap2 ", b"\\nestcell ", b"\\nestrow "),
    *(b"{\\*\\nesttableprops", b"{\\field", b"{\\*\\fldinst ", b"{\\fldrslt ", b"{\\shptxt ", b"\\'d5", b"\\u24352?", b"\\uc9 ", b"\\bin3 "),
    *(b"{\\upr", b"{\\pict", b"\\v ", b"\\clvmrg", b"\\f13 ", b"\\u-10176?", b"\xd5", b"\\ansicpg950 ", b"{\\*\\formfield\\fftype2", b"\\ffres99 "),
]  # fmt: skip


@given(st.lists(st.sampled_from(PIECES) | st.binary(max_size=3), max_size=40).map(b"".join))
@settings(max_examples=300)
def test_anything_is_read(body):
    assert isinstance(rtf_text(rtf(body)), Document)
    assert isinstance(rtf_document(rtf(body), Allowance(), PLAIN), Document | Unreadable)
    assert isinstance(encapsulated_html(rtf(body, head=rb"\ansi\fromhtml1")), str)


def test_a_run_of_megabytes_takes_no_more_than_its_own_room():
    data = rtf(rb"\'c4\'e3" * 200_000)
    tracemalloc.start()
    try:
        assert "你你" in rtf_text(data).blocks[0].text
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < 15_000_000  # with a way back at each octet, 70 MB
