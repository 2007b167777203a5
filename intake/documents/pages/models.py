"""Where the models of the extra `ocr` lie; tells whether it is installed without loading any of it."""

from __future__ import annotations

import importlib.util
from pathlib import Path

DETECTOR = "PP-OCRv6_det_small.onnx"
READER = "PP-OCRv6_rec_small.onnx"


def models() -> Path | None:
    """The folder of the models; None where the extra is not installed."""
    found = importlib.util.find_spec("rapidocr")
    folders = found.submodule_search_locations if found else None
    folder = Path(next(iter(folders))) / "models" if folders else None
    return folder if folder and (folder / DETECTOR).is_file() and (folder / READER).is_file() else None
