"""A page as a program shows it at night."""

from __future__ import annotations

import cv2
import numpy as np

from intake.documents.pages.night import by_day


def test_light_letters_on_a_dark_ground_become_dark_on_light():
    page = np.full((1500, 1000, 3), 235, np.uint8)
    for top in range(300, 1200, 60):
        page[top : top + 20, 100:900:4] = 0
    night = cv2.bitwise_not(page)
    assert np.array_equal(by_day(night), page)
    assert by_day(page) is page


def test_a_sheet_on_a_dark_desk_is_no_page_at_night():
    desk = np.random.default_rng(1).normal(40, 4, (1500, 1000, 3)).clip(0, 255).astype(np.uint8)
    desk[300:1200, 200:800] = 200
    assert by_day(desk) is desk
