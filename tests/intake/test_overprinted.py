"""Fields that print characters over each other: what a reader of the page sees."""

from __future__ import annotations

import io

import docx
import pytest
from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from intake.documents.document import Document, Paragraph
from intake.documents.open import open_document
from intake.documents.overprinted import overprinted
from intake.values.choices import choice_in

SHOWN = {
    r" eq \o\ac(○,女)": "女√",
    r"EQ \o\ac(○, 是)": "是√",
    r" eq \o\ac(□,√)": "☑",
    r" eq \o\ac(○,√)": "☑",
    r" eq \o\ac(□,×)": "☒",
    r" eq \o\ac(□,)": "□",
    r" eq \o\ac(○,1)": "1",
    r" eq \o\ac(○,12)": "12",
    r'EQ \* jc2 \* "Font:宋体" \* hps10 \o\ad(\s\up 10(zhé),喆)': "喆",
    r"EQ \* jc0 \o\al(\s\up 9(wáng zhé),王喆)": "王喆",
    r"eq \o(\s\up 5(市委),\s\do 2(市政府))": "市委市政府",
    r"EQ \f(1,2)": "",
    r"MACROBUTTON NoMacro \o(○,女)": "",
    r"HYPERLINK \o": "",
    "": "",
    r"EQ \o\ac(": "",
}


@pytest.mark.parametrize(("code", "shown"), SHOWN.items())
def test_shown(code: str, shown: str) -> None:
    assert overprinted(code) == shown


@pytest.mark.parametrize(("text", "choice"), [("男 女√", "女"), ("男√ 女", "男"), ("女√", "女"), ("男/女√", "女")])
def test_a_circle_chooses(text: str, choice: str) -> None:
    assert choice_in(text, {"男": (), "女": ()}, free_text=False) == choice


def _word(before: str, code: str, behind: str) -> bytes:
    document = docx.Document()
    run = document.add_paragraph(before).add_run()
    for kind, text in (("begin", ""), ("", code[:9]), ("", code[9:]), ("end", "")):
        part = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            part.set(qn("w:fldCharType"), kind)
        part.text = text
        run._r.append(part)
    document.paragraphs[0].add_run(behind)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def _rtf(before: str, code: str, behind: str) -> bytes:
    def escaped(text: str) -> str:
        return "".join(f"\\u{ord(c)}?" if ord(c) > 126 else f"\\{c}" if c == "\\" else c for c in text)

    field = rf"{{\field{{\*\fldinst {{{escaped(code)}}}}}{{\fldrslt }}}}"
    return rf"{{\rtf1\ansi {escaped(before)}{field}{escaped(behind)}\par}}".encode("ascii")


@pytest.mark.parametrize("made", [_word, _rtf], ids=["docx", "rtf"])
@pytest.mark.parametrize(
    ("code", "shown"), [(r" eq \o\ac(○,女)", "男 女√"), (r"EQ \* jc2 \o\ad(\s\up 10(zhé),喆)", "男 喆")]
)
def test_in_a_file(made: object, code: str, shown: str) -> None:
    assert callable(made)
    document = open_document(made("男 ", code, "。"), "表")
    assert isinstance(document, Document)
    assert [block.text for block in document.blocks if isinstance(block, Paragraph) and block.text] == [f"{shown}。"]
