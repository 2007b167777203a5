"""Office files that are one XML file, as Word and Excel save them."""

from __future__ import annotations

import io
import zipfile

from forms import TITLE

WORD_2003 = "http://schemas.microsoft.com/office/word/2003/wordml"

PARTS = "http://schemas.microsoft.com/office/2006/xmlPackage"

MAIN_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"


def word_2003(body: str) -> bytes:
    text = (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<?mso-application progid="Word.Document"?>\n'
        f'<w:wordDocument xmlns:w="{WORD_2003}" xmlns:aml="http://schemas.microsoft.com/aml/2001/core" '
        'xmlns:wx="http://schemas.microsoft.com/office/word/2003/auxHint" xmlns:o="urn:schemas-microsoft-com:office:office" '
        'xmlns:v="urn:schemas-microsoft-com:vml" w:macrosPresent="no">'
        f"<o:DocumentProperties><o:Title>{TITLE}</o:Title></o:DocumentProperties><w:body><wx:sect>{body}</wx:sect></w:body>"
        "</w:wordDocument>"
    )
    return text.encode()


def body_of(docx: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(docx)) as package:
        xml = package.read("word/document.xml").decode()
    return xml.partition("<w:body>")[2].partition("</w:body>")[0].replace("vMerge", "vmerge")


def flat_package(docx: bytes, *more: str) -> bytes:
    """As Word saves .xml since 2007."""
    with zipfile.ZipFile(io.BytesIO(docx)) as package:
        parts = {name: package.read(name).decode() for name in package.namelist() if name.endswith((".xml", ".rels"))}
    listed = "".join(
        f'<pkg:part pkg:name="/{name}" pkg:contentType="{MAIN_TYPE if name == "word/document.xml" else "application/xml"}">'
        f"<pkg:xmlData>{xml.partition('?>')[2] if xml.startswith('<?') else xml}</pkg:xmlData></pkg:part>"
        for name, xml in parts.items()
    )
    head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<?mso-application progid="Word.Document"?>'
    return f'{head}<pkg:package xmlns:pkg="{PARTS}">{listed}{"".join(more)}</pkg:package>'.encode()


def excel_2003(rows: str, more: str = "", styles: str = "") -> bytes:
    text = (
        '<?xml version="1.0"?>\n<?mso-application progid="Excel.Sheet"?>\n'
        '<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet" '
        'xmlns:x="urn:schemas-microsoft-com:office:excel" xmlns:html="http://www.w3.org/TR/REC-html40">'
        f'<Styles>{styles}</Styles><Worksheet ss:Name="表"><Table>{rows}</Table></Worksheet>{more}</Workbook>'
    )
    return text.encode()
