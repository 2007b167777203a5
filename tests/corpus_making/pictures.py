"""The form scanned and photographed, as files, within documents, within the mail."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Sequence
from functools import cache

from letters import File, b64, qq_web, word
from people import Person, without

from corpus_making.archives import zipped
from corpus_making.sample import (
    Sample,
    Values,
    client,
    file,
    filled_form,
    letter_of,
    mailed,
    nominee,
    reading,
    submission,
)

OCR = ("ocr",)


@cache
def _page_of(form: bytes) -> bytes:
    from office_files import converted

    return converted([form], "docx", "pdf")[0]


def scans(values: Values, *traits: str, seed: int = 1, roomy: bool = False) -> list[bytes]:
    """The form, filled in by computer, printed and taken in some way: on one page of small print, or `roomy` on two."""
    import pypdfium2
    from degrade import scan_of
    from pdfs import word_form

    pdf = _page_of(filled_form(values) if roomy else word_form(values, size=10.5, margin=1.2))
    with pypdfium2.PdfDocument(pdf) as document:
        pages = len(document)
    assert pages == 1 + roomy, pages
    return [scan_of(pdf, traits, seed, number) for number in range(pages)]


def _pictures(values: Values, *traits: str, seed: int = 1, roomy: bool = False) -> list[File]:
    return [
        File(f"IMG_{4711 + n}.jpg", data, "image/jpeg")
        for n, data in enumerate(scans(values, *traits, seed=seed, roomy=roomy))
    ]


#: How a page reaches us, and what it suffered.
TAKEN: dict[str, tuple[str, ...]] = {
    "scan": ("dpi150", "quality50"),
    "scan-tilted": ("dpi150", "quality50", "tilt"),
    "scan-stamped-and-signed": ("dpi150", "quality50", "stamp", "signature"),
    "scan-faint-and-folded": ("dpi150", "quality50", "faint", "fold"),
    "scan-upside-down": ("dpi150", "quality50", "turned180"),
    "scan-turned": ("dpi150", "quality50", "turned90"),
    "scan-with-black-margins": ("dpi150", "quality50", "margins", "specks"),
    "scan-by-fax": ("fax", "quality25"),
    "scan-of-few-dots": ("dpi100", "quality50"),
    "photo-on-a-desk": ("desk", "wechat1440"),
    "photo-slanted": ("slanted", "wechat1440"),
    "photo-in-shadow": ("slanted", "shadow", "wechat1440"),
    "photo-turned": ("slanted", "wechat1440", "turned270"),
    "photo-grey-and-waved": ("grey", "wave", "wechat1440"),
}

#: Where another seed is wanted than the sample's number.
SEEDS = {"scan-stamped-and-signed": 21}  # the stamp hides no character of an answer


def samples() -> Iterator[Sample]:
    for number, (name, traits) in enumerate(TAKEN.items()):
        one = nominee(500 + number)
        yield Sample(name, _taken(one, traits, SEEDS.get(name, number)), reading(submission(one)), OCR)
    for number, (name, save) in enumerate(SAVED.items()):
        one = nominee(520 + number)
        yield Sample(name, _saved_as(one, save, number), reading(submission(one)), OCR)
    yield from _beside()
    pages = nominee(541)
    make = mailed(pages, files=lambda: _pictures(pages.written, "dpi150", "quality50", roomy=True), by=qq_web)
    yield Sample("scan-of-two-pages", make, reading(submission(pages)), OCR)
    one = without(nominee(540), "gender", "position")
    yield Sample("scan-with-gaps", _taken(one, ("dpi150", "quality50"), 1), reading(submission(one)), OCR)


def _taken(one: Person, traits: Sequence[str], number: int) -> Callable[[], bytes]:
    return mailed(
        one, files=lambda: _pictures(one.written, *traits, seed=number), by=client(number), text="征集表见照片。\n"
    )


def _saved_as(one: Person, save: Callable[[Values], list[File]], number: int) -> Callable[[], bytes]:
    return mailed(one, files=lambda: save(one.written), by=client(number), text="征集表见附件。\n")


def _images(values: Values, *, roomy: bool = False):
    from PIL import Image

    return [Image.open(io.BytesIO(data)).convert("L") for data in scans(values, "dpi150", roomy=roomy)]


def _written(image, kind: str, **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def _png(values: Values) -> list[File]:
    pages = [image.quantize(8) for image in _images(values)]
    return [
        File(f"扫描{n}.png", _written(page, "PNG", optimize=True), "image/png") for n, page in enumerate(pages, start=1)
    ]


def _tiff(values: Values) -> list[File]:
    """Black and white, all pages in one file, as a copier saves them."""
    first, *rest = [image.point(lambda x: 255 * (x > 150)).convert("1") for image in _images(values, roomy=True)]
    return [
        File(
            "扫描件.tif", _written(first, "TIFF", compression="group4", save_all=True, append_images=rest), "image/tiff"
        )
    ]


def _heic(values: Values) -> list[File]:
    import pillow_heif

    pillow_heif.register_heif_opener()
    pages = [image.convert("RGB") for image in _images(values)]
    return [
        File(f"IMG_{n}.HEIC", _written(page, "HEIF", quality=60), "image/heic") for n, page in enumerate(pages, start=1)
    ]


def _pdf(values: Values) -> list[File]:
    """Pages that are pictures, as a scanner makes them."""
    first, *rest = _images(values, roomy=True)
    return [
        File("扫描件.pdf", _written(first, "PDF", save_all=True, append_images=rest, quality=60), "application/pdf")
    ]


def _docx(values: Values) -> list[File]:
    """Photographs pasted into Word."""
    import docx
    from docx.shared import Cm
    from forms import saved

    document = docx.Document()
    for picture in scans(values, "dpi150", "quality50"):
        document.add_picture(io.BytesIO(picture), width=Cm(16))
    return [File("征集表.docx", saved(document))]


def _zip(values: Values) -> list[File]:
    pictures = scans(values, "dpi150", "quality50")
    return [file("扫描件.zip", zipped({f"扫描件/{n}.jpg": data for n, data in enumerate(pictures, start=1)}))]


SAVED: dict[str, Callable[[Values], list[File]]] = {
    "scan-png": _png,
    "scan-tiff-of-all-pages": _tiff,
    "photo-heic": _heic,
    "scan-pdf": _pdf,
    "scan-pasted-into-docx": _docx,
    "scan-in-zip": _zip,
}


def _beside() -> Iterator[Sample]:
    one = nominee(530)

    def same() -> list[File]:
        return [
            File("征集表.docx", filled_form(one.written)),
            *_pictures(one.written, "dpi150", "quality50", "stamp", "signature"),
        ]

    yield Sample("docx-and-its-scan", mailed(one, files=same), reading(submission(one)), OCR)
    two = nominee(531)
    other = {**two.written, "nominee_phone": "13655556666"}

    def contrary() -> list[File]:
        return [File("征集表.docx", filled_form(two.written)), *_pictures(other, "dpi150", "quality50")]

    expected = reading(submission(two, ("conflicting_values",)))
    yield Sample("docx-and-a-scan-that-contradicts", mailed(two, files=contrary), expected, OCR)
    three = nominee(532)
    yield Sample("scan-in-the-body", lambda: _in_the_body(three), reading(submission(three)), OCR)


def _in_the_body(one: Person) -> bytes:
    """QQ's editor: pictures pasted between the lines."""
    pictures = scans(one.written, "dpi150", "quality50")
    images = "".join(f'<div><img src="cid:{n}@corpus"></div>' for n in range(len(pictures)))
    base = qq_web(letter_of(one, (), text="征集表如下：", html=f"<div>征集表如下：</div>{images}"))
    head, _, rest = base.partition(b"\r\n\r\n")
    parts = "".join(
        f'\r\n------=_NextPart_A1\r\nContent-Type: image/jpeg;\r\n\tname="{word(f"{n}.jpg")}"\r\n'
        f"Content-Transfer-Encoding: base64\r\nContent-ID: <{n}@corpus>\r\n\r\n{b64(data)}"
        for n, data in enumerate(pictures)
    )
    head = head.replace(b"multipart/mixed", b"multipart/related")
    return (
        head + b"\r\n\r\n" + rest.replace(b"\r\n------=_NextPart_A1--", parts.encode() + b"\r\n------=_NextPart_A1--")
    )
