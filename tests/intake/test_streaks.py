"""Streaks that dust on a scanner's glass draws over a page: they go, a table's borders and the letters stay."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from intake.documents.pages.streaks import unstreaked

PAPER = 245


def page_with_table(lean: int = 0) -> np.ndarray:
    """Rows from 150 to 1050 at every 120, down by so many pixels at their right ends; sides at their ends."""
    page = np.full((1600, 1200), PAPER, np.uint8)
    for y in range(200, 1300, 120):
        cv2.line(page, (150, y), (1050, y + lean), 20, 3)
    for x, off in ((150, 0), (600, lean // 2), (1050, lean)):
        cv2.line(page, (x, 200 + off), (x, 1280 + off), 20, 3)
    return page


@pytest.mark.parametrize("lean", [0, 30])
@pytest.mark.parametrize("across", [False, True])
def test_a_streak_goes_from_end_to_end_and_the_table_stays(lean: int, across: bool):
    """Through the labels 工作单位 and 党派, it made two columns of one."""
    clean = page_with_table(lean)
    streaked = clean.copy()
    cv2.line(streaked, (380, 0), (380, 1600), 130, 1)
    cv2.line(streaked, (700, 0), (702, 1600), 160, 1)
    seen = unstreaked(np.ascontiguousarray(streaked.T)).T if across else unstreaked(streaked)
    assert np.abs(seen.astype(int) - clean).max() < 25


def test_a_streak_close_beside_a_border_leaves_it():
    page = page_with_table()
    cv2.line(page, (605, 0), (605, 1600), 130, 1)
    seen = unstreaked(page)
    assert seen[210:1270, 600].max() < 60
    assert seen[:150, 603:608].min() > 220


def test_borders_that_run_out_of_the_picture_are_none():
    """A telephone's screenshot shows but a piece of the table."""
    piece = page_with_table()[260:1180]
    assert unstreaked(piece) is piece
    inner = page_with_table()[260:1180, 300:900]
    assert unstreaked(inner) is inner


def test_letters_strokes_are_no_rows_of_a_table():
    """Of a small piece cut out of a screen: the strokes of a story's letters end at none of its sides."""
    piece = page_with_table()[540:900, 145:1056]
    for y in range(20, 340, 30):
        cv2.line(piece, (300, y), (420, y), 60, 2)
        cv2.line(piece, (700, y), (820, y), 60, 2)
    assert unstreaked(piece) is piece


def test_the_sides_of_a_page_in_the_midst_of_a_story_are_none():
    page = np.full((1600, 1200), PAPER, np.uint8)
    for x in (150, 1050):
        cv2.line(page, (x, 0), (x, 1600), 20, 3)
    assert unstreaked(page) is page


def test_a_page_without_streaks_is_left_as_it_is():
    page = page_with_table()
    assert unstreaked(page) is page
    coloured = cv2.cvtColor(page, cv2.COLOR_GRAY2BGR)
    assert unstreaked(coloured) is coloured


def test_a_streak_that_is_black_here_and_grey_there_goes():
    clean = page_with_table()
    page = clean.copy()
    cv2.line(page, (380, 0), (380, 1600), 190, 1)
    cv2.line(page, (380, 500), (380, 1300), 30, 1)
    assert np.abs(unstreaked(page).astype(int) - clean).max() < 25
