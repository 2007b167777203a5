"""The form's own sheet: what lies beneath it and what a window shows around it are not read with it, small print is enlarged."""

from __future__ import annotations

import cv2
import numpy as np

from intake.documents.pages.beneath import own_sheet, without_margins
from intake.documents.pages.borders import rules_of
from intake.documents.pages.grid import TOLERANCE
from intake.documents.pages.paper import paper
from intake.documents.pages.ruling import Box, tables_of

HIGH, LOW = 40.0, 24.0  # pixels of lines' boxes


def seen(around: int, page: tuple[int, int, int, int]) -> tuple[np.ndarray, list[Box]]:
    """A white page with a table of eight cells, on something else; and its cells."""
    left, top, right, bottom = page
    picture = np.full((2000, 1500, 3), around, np.uint8)
    picture[top:bottom, left:right] = 255
    step = (right - left - 100) // 2
    cells = [
        Box(x, y, x + step, y + 80)
        for y in range(top + 60, top + 60 + 4 * 80, 80)
        for x in (left + 50, left + 50 + step)
    ]
    for cell in cells:
        cv2.rectangle(picture, (int(cell.left), int(cell.top)), (int(cell.right), int(cell.bottom)), (20, 20, 20), 3)
    return picture, cells


def words(cells: list[Box], height: float) -> list[Box]:
    return [Box(c.left + 20, c.y - height / 2, c.left + 160, c.y + height / 2) for c in cells]


def test_a_printed_sheet_beneath_is_not_seen():
    picture, cells = seen(190, (300, 200, 1200, 1800))
    beneath = [Box(10, y, 250, y + 30) for y in (260, 340, 420, 500)]
    for line in beneath:
        cv2.rectangle(picture, (10, int(line.top)), (250, int(line.bottom)), (30, 30, 30), -1)
    alone = own_sheet(picture, [*words(cells, HIGH), *beneath], [cells])
    assert alone is not None
    (table,) = tables_of(rules_of(cv2.cvtColor(alone, cv2.COLOR_BGR2GRAY)), TOLERANCE)
    assert len(table) == len(cells)
    assert alone[:, : int(min(cell.left for cell in table)) - 10].min() > 100


def test_a_page_in_a_window_is_enlarged():
    picture, cells = seen(226, (500, 300, 1100, 1300))
    alone = own_sheet(picture, words(cells, LOW), [cells])
    assert alone is not None
    assert alone.shape[0] > 1.5 * 1000


def test_a_page_that_fills_its_picture_stays():
    picture, cells = seen(190, (20, 20, 1480, 1980))
    assert own_sheet(picture, words(cells, HIGH), [cells]) is None
    assert own_sheet(picture, words(cells, LOW), [cells]) is None


def test_a_table_at_its_sheets_edge_keeps_its_border():
    """A sheet's program has its rows' numbers right beside the form."""
    picture, cells = seen(226, (450, 240, 1150, 1600))
    alone = own_sheet(picture, words(cells, LOW), [[*cells, Box(440, 240, 500, 300)]])
    assert alone is not None
    assert len(tables_of(rules_of(cv2.cvtColor(alone, cv2.COLOR_BGR2GRAY)), TOLERANCE)[0]) == len(cells)


def test_a_sharp_shadow_at_the_ends_of_lines_lies_on_the_sheet():
    """Only the lines' ends are in it: the last column's border was taken for a part of the desk."""
    page = np.full((1600, 1200, 3), (60, 70, 80), np.uint8)
    page[100:1500, 100:1100] = 225
    page[700:1500, 800:1100] = 140
    lines = np.array([[[150, y], [1000, y], [1000, y + 30], [150, y + 30]] for y in range(200, 1000, 80)])
    sheet = paper(page, lines.astype(np.float32))
    assert (sheet[1450, 1050] == 140).all()
    assert sheet[50, 50].min() > 200


def test_a_border_goes_on_to_a_side_that_is_as_faint():
    """Both end in a shadow: where the right side goes was only known after that had been drawn on itself."""
    page = np.full((900, 1500), 250, np.uint8)
    for y in (100, 180, 520, 600):
        cv2.line(page, (100, y), (1300, y), 20, 3)
    for x, bottom in ((100, 600), (400, 600), (1100, 180), (1300, 600)):
        cv2.line(page, (x, 100), (x, bottom), 20, 3)
    page[440:595, 1290:1310] = 250
    page[510:530, 1000:] = 250
    (cells,) = tables_of(rules_of(page), TOLERANCE)
    assert len(cells) == 7


def test_the_margins_beside_a_page_that_a_window_frames_are_no_cells():
    rows = [Box(300, y, 900, y + 80) for y in (100, 180, 260)]
    margins = [Box(0, 100, 300, 340), Box(900, 100, 1200, 340)]
    assert without_margins([margins[0], *rows, margins[1]], words(rows, LOW)) == rows


def test_an_empty_cell_at_the_end_of_a_single_row_stays():
    row = [Box(x, 100, x + 200, 180) for x in (0, 200, 400)]
    assert without_margins(row, words(row[:2], LOW)) == row
