"""What a seal lies over on a recognised page: labels with a letter lost or some of the seal's, rows that its ring parts."""

from __future__ import annotations

from dataclasses import replace

from intake.chinese.squeezed import squeezed
from intake.documents.document import Cell, Table
from intake.forms.habits import glued_label
from intake.forms.labels import Labels

SHORTEST = 4  # letters of a label that is still known with one of them lost
MOST_OF_SEAL = 4  # letters that are not the label's
CONFIDENCE = 0.7  # that it is this label
UNREAD = 0.5  # confidence at most, of a cell with ink that was not read


def unstamped(table: Table, labels: Labels) -> Table:
    """华桥梁线亮点 at a row's head as 线索亮点, where just one label that the form still lacks can be meant."""
    if all(cell.confidence == 1 for cell in table.cells):
        return table
    known = {key for cell in table.cells if (label := labels.match(cell.text)) for key in label.keys}
    owed = {labels.printed(key) for key in labels.fields if key not in known}
    heads = {cell.row: cell for cell in reversed(table.cells)}
    meant = {cell: words[0] for cell in heads.values() if len(words := _meant(cell, owed, labels)) == 1}
    told = list(meant.values())
    mended = {
        cell: replace(cell, text=word, confidence=min(cell.confidence, CONFIDENCE))
        for cell, word in meant.items()
        if told.count(word) == 1
    }
    return replace(table, cells=tuple(mended.get(cell, cell) for cell in table.cells)) if mended else table


def unparted(table: Table, labels: Labels) -> Table:
    """A long text's row in one piece again: below its label, which fills a row, a seal's ring was taken for borders."""
    rows: dict[int, list[Cell]] = {}
    for cell in table.cells:
        rows.setdefault(cell.row, []).append(cell)
    whole: dict[Cell, Cell | None] = {}
    for number, cells in rows.items():
        above = labels.match(rows[number - 1][0].text) if len(rows.get(number - 1, ())) == 1 else None
        seen = len(cells) > 1 and min(cell.confidence for cell in cells) <= UNREAD
        if above and seen and labels.is_long(above.keys[0]) and not any(labels.match(cell.text) for cell in cells):
            text = "".join(cell.text for cell in cells)
            whole |= dict.fromkeys(cells)
            whole[cells[0]] = replace(cells[0], column=0, column_span=table.columns, text=text, confidence=UNREAD)
    if not whole:
        return table
    return replace(table, cells=tuple(new for cell in table.cells if (new := whole.get(cell, cell))))


def _meant(cell: Cell, owed: set[str], labels: Labels) -> list[str]:
    text = squeezed(cell.text)
    if cell.confidence == 1 or labels.match(cell.text):
        return []
    begun = any(text.startswith(word[:-1]) and not text.startswith(word) for word in owed if len(word) > SHORTEST)
    if not begun and glued_label(cell.text, labels):  # 推荐人/单粒 is no 推荐人 called 单粒
        return []
    if any(text in labels.printed(key) for key in labels.fields if labels.printed(key) not in owed):
        return []  # 荐人联系电话: the end of two
    return [
        word
        for word in owed
        if len(word) >= SHORTEST and len(word) - 1 <= len(text) <= len(word) + MOST_OF_SEAL
        if any(word[:n] + word[n + 1 :] in text for n in range(len(word)))
        if not any(text in other for other in owed - {word})
    ]
