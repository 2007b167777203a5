"""A photograph in a telephone's gallery loses the bars around it."""

from __future__ import annotations

import cv2
import numpy as np

from intake.documents.pages.framed import unframed
from intake.documents.pages.picture import Picture


def photograph(height: int, width: int) -> Picture:
    """A sheet's light, which falls off to one side, and a camera's noise."""
    light = np.linspace(120, 230, width)[None, :, None] + np.random.default_rng(1).normal(0, 4, (height, width, 3))
    return np.ascontiguousarray(light, np.uint8)


def test_a_gallerys_bars_go_with_their_words():
    shown = photograph(900, 700)
    for colour, words in ((0, 200), (255, 60)):
        screen = np.full((1500, 700, 3), colour, np.uint8)
        cv2.putText(screen, "10:22  2026-03-12", (200, 120), cv2.FONT_HERSHEY_SIMPLEX, 1.0, (words,) * 3, 3)
        screen[300:1200] = shown
        assert np.array_equal(unframed(screen), shown)


def test_a_page_of_one_colour_keeps_its_margins():
    """A scan, a page on the screen: between its lines it is as even as beyond them."""
    page = np.full((1500, 1000, 3), 255, np.uint8)
    for top in range(300, 1200, 60):
        page[top : top + 30, 100:900:3] = 30
    assert np.array_equal(unframed(page), page)


def test_a_programs_window_stays_around_its_page():
    """By its menus it is known as one, on several pictures of a page."""
    window = np.full((1080, 1920, 3), 232, np.uint8)
    window[160:1040, 500:1400] = 255
    for top in range(170, 1030, 4):
        window[top : top + 3, 560:1340:3] = 30
    assert np.array_equal(unframed(window), window)


def test_a_photograph_without_bars_stays_as_it_is():
    shown = photograph(900, 700)
    assert np.array_equal(unframed(shown), shown)
