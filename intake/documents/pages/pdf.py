"""PDF files as Office programs, browsers and phones write them: the characters in the grid that the lines draw.

Pages that only show a picture are handed on as scans.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from statistics import median

from intake.chinese.ticks import TICKED, UNTICKED
from intake.documents.document import Document, Room, Scan, Unreadable
from intake.documents.limits import Allowance
from intake.documents.means import Means
from intake.documents.pages import pdfium
from intake.documents.pages.inputs import beside_frames, buttons_in, frames_in
from intake.documents.pages.open_sided import open_sided
from intake.documents.pages.pdfium import Glyph, Page
from intake.documents.pages.ruling import Cells, blocks_of, tables_of
from intake.documents.pages.setting import CLOSING, Box, Text, side_by_side
from intake.documents.pages.stacking import Sheet, stacked

FEW = 60  # characters on a page with a big picture: a scanner's or an app's own line
SOME = 400  # characters beside a big picture: a letter above the form's photograph
MARKS = frozenset(TICKED + UNTICKED)
BIG = 0.3  # of the page that a picture covers
WHOLE = 0.8  # of the page: a scanned form
DRAWN = 40  # paths on a page without characters: letters as outlines
UNMAPPED = 0.05  # of the characters: more that nobody knows, and the rest cannot be trusted
LAYER_CONFIDENCE = 0.8  # of text that a scanner recognised
TOLERANCE = 0.25  # em between lines that are one: double borders, spaces between cells
OVERLAP = 0.6  # em by which browsers draw marks together: 。”
BLANK = 0.2  # em: before a box or a tick, which some writers set without one
APART = 0.35  # em between characters of one piece: what is further away is found by its place, for writers jump back

_XFA = (
    "PDF 是动态表单（XFA），只有 Adobe 的软件能打开。请在其中打印成普通 PDF，或填写 Word 版征集表（.docx）后重新发来。"
)
_REFUSED = "PDF 文件太大或太复杂，没有读完。请把征集表存为 Word 文档（.docx）后重新发来。"
_BROKEN = "PDF 文件已经损坏，或者没有传完整，打不开。请重新导出后再发来；能发 Word 版征集表（.docx）更好。"


def pdf_document(data: bytes, allowance: Allowance, means: Means) -> Document | Unreadable:
    """The pages' text and tables, one after another. Never raises."""
    try:
        with means.pdfium() as granted:
            return _opened(data, allowance, means) if granted else Unreadable("unreadable_attachment", _REFUSED, "pdf")
    except pdfium.Locked:
        return Unreadable("encrypted_attachment", "", "pdf")
    except pdfium.Broken:
        return Unreadable("unreadable_attachment", _BROKEN, "pdf")


def _opened(data: bytes, allowance: Allowance, means: Means) -> Document | Unreadable:
    with pdfium.opened(data) as pdf:
        if pdf.dynamic:
            return Unreadable("unreadable_attachment", _XFA, "pdf")
        room = Room()
        pages = (pdf.page(number) for number in range(room.first(pdf.pages, allowance.limits.pages, "页")))
        return _document(data, pages, room, recognising=means.recogniser is not None)


def _document(data: bytes, pages: Iterator[Page | None], room: Room, *, recognising: bool) -> Document | Unreadable:
    sheets: list[Sheet] = []
    scans: list[Scan] = []
    weight = 0
    for number, page in enumerate(pages):
        if page is None:
            room.leave_out(f"第 {number + 1} 页已经损坏，没有读")
            continue
        pictured, unreadable = _pictured(page), _unreadable(page)
        layered = pictured and len(page.layer) > len(page.glyphs)
        if pictured or unreadable or _typed_over(page):
            scans.append(Scan(data, "pdf", number))
        if layered and not recognising:
            sheets.append(_sheet(page, page.layer, LAYER_CONFIDENCE))
        elif not unreadable and not (pictured and len(page.glyphs) < FEW and not page.filled_in):
            sheets.append(_sheet(page, page.glyphs, 1.0))
        weight += len(page.glyphs)
        room.text -= len(page.glyphs)
        if room.full:
            break
    if not sheets and not scans:
        return Unreadable("unreadable_attachment", _BROKEN, "pdf")
    return Document(blocks_of(*stacked(sheets)), "pdf", weight, tuple(scans), omitted=room.omitted)


def _pictured(page: Page) -> bool:
    """Whether a picture on the page may hold what is to be read: big, and nothing printed over it."""
    big = [box for box in page.pictures if _share(box, page) >= BIG]
    if not big or len(page.glyphs) > SOME:
        return False
    over = sum(any(_in(glyph.box, box) for box in big) for glyph in page.glyphs)
    return len(page.glyphs) < FEW or over < len(page.glyphs) / 4


def _typed_over(page: Page) -> bool:
    """Whether somebody typed onto the picture of a form: its labels and lines are the picture's."""
    return not page.rules and any(_share(box, page) >= WHOLE for box in page.pictures)


def _unreadable(page: Page) -> bool:
    """Whether only eyes can read it: letters drawn as outlines, fonts that do not say what they show."""
    known = len(page.glyphs) + len(page.layer)
    senseless = page.unmapped + sum("À" <= glyph.text <= "ɏ" for glyph in page.glyphs)  # as codes of no font's alphabet
    if senseless > UNMAPPED * (known + page.unmapped):
        return True
    return not known and not page.filled_in and page.drawn >= DRAWN


def _share(box: Box, page: Page) -> float:
    width = min(box.right, page.width) - max(box.left, 0)
    height = min(box.bottom, page.height) - max(box.top, 0)
    return max(width, 0) * max(height, 0) / max(page.width * page.height, 1)


def _in(inner: Box, outer: Box) -> bool:
    return outer.left <= inner.x <= outer.right and outer.top <= inner.y <= outer.bottom


def _sheet(page: Page, glyphs: Sequence[Glyph], confidence: float) -> Sheet:
    em = median(glyph.box.height for glyph in glyphs) if glyphs else 12.0
    tables = tables_of(page.rules, TOLERANCE * em, single=True) or open_sided(page.rules, TOLERANCE * em)
    frames = frames_in(page.shapes)
    texts = list(_pieces(glyphs, Cells([*tables, *([frame] for frame in frames)]), confidence))
    texts = beside_frames(texts + buttons_in(page.shapes, texts), frames)
    return Sheet(page.height, em, texts + page.filled_in, tables)


def _pieces(glyphs: Sequence[Glyph], cells: Cells, confidence: float) -> Iterator[Text]:
    """Characters that follow each other in the file and on the page, within one cell."""
    for run in _runs(glyphs):
        for piece in [run] if cells.share(run[0].box, run[-1].box) else _parted(run, cells):
            yield _text(piece, confidence)


def _runs(glyphs: Sequence[Glyph]) -> Iterator[list[Glyph]]:
    run: list[Glyph] = []
    for glyph in glyphs:
        if run and not _follows(run[-1].box, glyph):
            yield run
            run = []
        run.append(glyph)
    if run:
        yield run


def _follows(before: Box, glyph: Glyph) -> bool:
    box = glyph.box
    away = box.left - before.right
    em = max(before.height, box.height)
    level = before.top == box.top and before.bottom == box.bottom
    if not -OVERLAP * em < away < APART * em or not (level or side_by_side(before, box)):
        return False
    return glyph.text not in MARKS or away <= BLANK * before.height


def _parted(run: Sequence[Glyph], cells: Cells) -> Iterator[Sequence[Glyph]]:
    """What goes over a cell's border, cut there; not before a mark that hangs over it."""
    start, cell = 0, cells.holding(run[0].box.x, run[0].box.y)
    for number, glyph in enumerate(run):
        here = cell if glyph.text in CLOSING else cells.holding(glyph.box.x, glyph.box.y)
        if here != cell:
            yield run[start:number]
            start, cell = number, here
    yield run[start:]


def _text(piece: Sequence[Glyph], confidence: float) -> Text:
    """Its box is that of what is printed: blanks at its ends are none of it."""
    shown = [glyph.box for glyph in piece if not glyph.text.isspace()] or [piece[0].box]
    box = Box(shown[0].left, min([b.top for b in shown]), shown[-1].right, max([b.bottom for b in shown]))
    return Text(box, "".join(glyph.text for glyph in piece).strip(), confidence)
