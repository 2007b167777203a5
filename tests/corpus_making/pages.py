"""The form as PDF: by office programs and browsers, with fields, notes, several pages, turned, locked, damaged."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from functools import partial

from letters import File
from people import Person

from corpus_making.sample import Sample, Values, client, file, filled_form, mailed, nominee, reading, submission, unread

NAME = "征集表.pdf"


def _exported(values: Values, **form: object) -> bytes:
    """A Word file as LibreOffice exports it."""
    from pdfs import exported, word_form

    return exported({"form": word_form(values, **form)})["form"]


def _rebuilt(values: Values) -> bytes:
    from pdfs import exported, side_by_side

    return exported({"form": side_by_side(values)})["form"]


def _listed(values: Values) -> bytes:
    from pdfs import exported, listed_lines

    return exported({"form": listed_lines(values)})["form"]


def _printed(values: Values) -> bytes:
    from pdfs import printed, web_form

    return printed(web_form(values, "td{border:1px solid #000;padding:4px}table{border-collapse:collapse}"))


def _drawn(values: Values, **style: object) -> bytes:
    from pdfs import drawn

    return drawn(values, **style)


def _changed(values: Values, how: str) -> bytes:
    import pdfs

    changes = {
        "turned": pdfs.turned(1),
        "on-its-side": pdfs.laid_on_its_side,
        "cropped": pdfs.moved,
        "wrapped": pdfs.wrapped,
    }
    return pdfs.rewritten(_exported(values), changes[how])


def _locked(values: Values, password: str = "secret") -> bytes:
    from pdfs import drawn, rewritten

    return rewritten(
        drawn(values), lambda writer: writer.encrypt(password, owner_password="only to print", algorithm="RC4-128")
    )


def _with_a_scan_behind(values: Values) -> bytes:
    """The form, and behind it the same page signed and scanned."""
    from pdfs import pictured
    from pypdf import PdfWriter

    writer, out = PdfWriter(), io.BytesIO()
    for pdf in (made := _drawn(values), pictured(made, 100)):
        writer.append(io.BytesIO(pdf))
    writer.write(out)
    return out.getvalue()


def _without_index(values: Values) -> bytes:
    return _drawn(values).replace(b"startxref", b"startxxxx")


def _behind_a_line(values: Values) -> bytes:
    return b"\r\n\r\nX-Mailer: something\r\n" + _drawn(values)


FORMS: dict[str, Callable[[Values], bytes]] = {
    "word": _exported,
    "word-several-pages": partial(_exported, size=16, spacing=1.8, footer="— N —", header="重庆市工程师协会"),
    "word-landscape": partial(_exported, landscape=True),
    "word-double-lines": partial(_exported, border="double", width=6, size=10.5, font="宋体", indent=True),
    "rebuilt-side-by-side": _rebuilt,
    "lines-without-a-table": _listed,
    "browser": _printed,
    "drawn-with-thin-boxes": partial(_drawn, lines="rects"),
    "acroform": partial(_drawn, fields="text"),
    "acroform-without-appearances": partial(_drawn, fields="bare"),
    "notes-typed-onto-the-page": partial(_drawn, notes=True),
    "white-on-white": partial(_drawn, white="被推荐人姓名：李鬼"),
    "turned": partial(_changed, how="turned"),
    "on-its-side": partial(_changed, how="on-its-side"),
    "cropped": partial(_changed, how="cropped"),
    "within-objects": partial(_changed, how="wrapped"),
    "may-not-be-changed": partial(_locked, password=""),
    "without-an-index": _without_index,
    "behind-another-line": _behind_a_line,
    "hints-left": partial(_exported, keep_hints=True),
}


def _concise(seed: int) -> Person:
    """A story that a page drawn by hand has room for."""
    one = nominee(seed)
    story = {"story": one.written["story"][:560]}
    return Person({**one.written, **story}, {**one.expected, **story})


def samples() -> Iterator[Sample]:
    for number, (trait, form) in enumerate(FORMS.items()):
        one = _concise(460 + number)
        yield Sample(f"pdf-{trait}", mailed(one, form, NAME, by=client(number)), reading(submission(one)))
    one, two = _concise(490), _concise(491)
    make = mailed(one, partial(_exported, more=[two.written]), NAME)
    yield Sample("pdf-of-two-people", make, reading(submission(one), submission(two)))
    one = _concise(492)
    make = mailed(one, _with_a_scan_behind, NAME)
    yield Sample("pdf-with-its-scan-behind", make, reading(submission(one)), ("ocr",))
    same = _concise(493)

    def twice() -> list[File]:
        return [file("征集表.docx", filled_form(same.written)), file(NAME, _drawn(same.written))]

    yield Sample("docx-and-pdf-of-same-form", mailed(same, files=twice), reading(submission(same)))
    torn = _concise(494)
    other = {**torn.written, "nominee_phone": "13700001111"}

    def apart() -> list[File]:
        return [file("征集表.docx", filled_form(torn.written)), file(NAME, _drawn(other))]

    contrary = reading(submission(torn, ("conflicting_values",)))
    yield Sample("docx-and-pdf-that-contradict", mailed(torn, files=apart), contrary)
    one = _concise(495)
    yield Sample("locked-pdf", mailed(one, _locked, NAME), unread(one, "encrypted_attachment", says=["密码"]))
    one = _concise(496)
    yield Sample("pdf-cut-short", mailed(one, lambda v: _drawn(v)[:900], NAME), unread(one, "unreadable_attachment"))
