"""The form as other programs save it: turned into .doc, .rtf, .odt, .pdf … by LibreOffice, rebuilt as a sheet, drawn as a page."""

from __future__ import annotations

import io
import shutil
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import openpyxl
from forms import GRID, HINTS, LABELS, TITLE
from openpyxl.styles import Alignment, Border, Side

#: The filter for each ending that LibreOffice does not choose as an office would.
FILTERS = {
    "doc": "doc:MS Word 97",
    "xls": "xls:MS Excel 97",
    "html": "html:HTML (StarWriter):EmbedImages",
    "rtf": "rtf:Rich Text Format",
}
SECONDS = 180


def office() -> str | None:
    return shutil.which("soffice") or shutil.which("libreoffice")


def converted(files: Sequence[bytes], ending: str, to: str) -> list[bytes]:
    """The files, all of one kind, in another format: one start of LibreOffice for all of them."""
    if not files:
        return []  # LibreOffice, asked for nothing, would open a window and wait
    program = office()
    assert program is not None, "LibreOffice is needed: apt-get install libreoffice-writer libreoffice-calc"
    with tempfile.TemporaryDirectory() as folder:
        names = [Path(folder) / f"{number:04d}.{ending}" for number in range(len(files))]
        for name, data in zip(names, files, strict=True):
            name.write_bytes(data)
        command = [program, "--headless", "--norestore", f"-env:UserInstallation=file://{folder}/profile"]
        command += ["--convert-to", FILTERS.get(to, to), "--outdir", f"{folder}/out", *map(str, names)]
        subprocess.run(command, check=True, timeout=SECONDS, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        return [(Path(folder) / "out" / name.with_suffix(f".{to}").name).read_bytes() for name in names]


def sheet_form(
    values: Mapping[str, str | int | float],
    *,
    labels: Mapping[str, str] | None = None,
    keep_hints: bool = False,
    top: int = 1,
    left: int = 1,
    beside: bool = False,
) -> bytes:
    """The form rebuilt in Excel as offices do: a column grid with merged cells. Numbers stay numbers.

    top, left  where the form begins
    beside     the long texts on the right of their labels instead of below
    """
    named = {**LABELS, **(labels or {})}
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "线索征集表"
    _fill(sheet, top, left, 24, TITLE)
    at = top + 1
    for row in GRID:
        key, label_columns, value_columns = row[0]
        if label_columns == value_columns == 24:
            hint = HINTS[key] + "\n" if keep_hints else ""
            text = f"{hint}{values.get(key, '')}"
            if beside:
                _fill(sheet, at, left, 4, named[key])
                _fill(sheet, at, left + 4, 20, text)
                sheet.row_dimensions[at].height = 200
                at += 1
            else:
                _fill(sheet, at, left, 24, named[key])
                _fill(sheet, at + 1, left, 24, text)
                sheet.row_dimensions[at + 1].height = 200
                at += 2
            continue
        column = left
        for key, label_columns, value_columns in row:
            _fill(sheet, at, column, label_columns, named[key])
            _fill(sheet, at, column + label_columns, value_columns, values.get(key, ""))
            column += label_columns + value_columns
        at += 1
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


_THIN = Side(style="thin")


def _fill(sheet, row: int, column: int, columns: int, value) -> None:
    if columns > 1:
        sheet.merge_cells(start_row=row, start_column=column, end_row=row, end_column=column + columns - 1)
    cell = sheet.cell(row, column)
    cell.value = value if value != "" else None
    cell.alignment = Alignment(wrap_text=True, vertical="center")
    for at in range(column, column + columns):
        sheet.cell(row, at).border = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)


def html_form(values: Mapping[str, str], labels: Mapping[str, str] | None = None) -> str:
    """The form as a web mail's editor keeps a pasted table."""
    named = {**LABELS, **(labels or {})}
    rows = []
    for row in GRID:
        key, label_columns, value_columns = row[0]
        if label_columns == value_columns == 24:
            text = "<br>".join(values.get(key, "").split("\n"))
            rows += [f'<tr><td colspan="24">{named[key]}</td></tr>', f'<tr><td colspan="24">{text}&nbsp;</td></tr>']
            continue
        cells = "".join(
            f'<td colspan="{a}"><p>{named[k]}</p></td><td colspan="{b}"><span>{values.get(k, "")}</span></td>'
            for k, a, b in row
        )
        rows.append(f"<tr>{cells}</tr>")
    return f'<div><p>{TITLE}</p><table border="1" cellspacing="0"><tbody>{"".join(rows)}</tbody></table></div>'


def lines_form(values: Mapping[str, str], labels: Mapping[str, str] | None = None, colon: str = "：") -> str:
    """The form as lines."""
    named = {**LABELS, **(labels or {})}
    return "\n".join(f"{named[key]}{colon}{values.get(key, '')}" for key in LABELS)
