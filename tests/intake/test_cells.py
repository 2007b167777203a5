"""Which cell what is on a page stands in."""

from __future__ import annotations

from intake.documents.pages.cells import Cells
from intake.documents.pages.setting import Box


def letter(x: float, y: float = 10.0) -> Box:
    return Box(x - 5, y - 5, x + 5, y + 5)


def test_a_line_is_in_one_cell_or_in_none() -> None:
    row = [Box(0, 0, 100, 20), Box(100, 0, 200, 20)]
    cells = Cells([row])
    assert cells.share(letter(10), letter(90))
    assert not cells.share(letter(90), letter(110))
    assert not cells.share(letter(190), letter(210))
    assert cells.share(letter(210), letter(290))


def test_a_table_between_two_letters_parts_them() -> None:
    inner, outer = [Box(40, 0, 60, 20)], [Box(0, 0, 100, 20), Box(100, 0, 200, 20)]
    assert not Cells([outer, inner]).share(letter(10), letter(90))
    assert Cells([outer, inner]).share(letter(110), letter(190))
    assert not Cells([inner]).share(letter(10), letter(90))
    assert Cells([inner]).share(letter(10, 30), letter(90, 30))
