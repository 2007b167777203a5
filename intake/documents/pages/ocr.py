"""The engine that finds lines of text in a picture and reads them: the PP-OCR models, run by onnxruntime.

The models are those of the rapidocr wheel; its own pipeline is not used (decision 0014): it pads lines to batches, fits
no size classes, and could download. One session a model. The detector keeps memory from one of its steps to the next, which
took as much time as the model itself, and gives it back after each picture; the reader's lines are too short for that.
"""

from __future__ import annotations

import math
import os
import re
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, TypeAlias

import cv2
import numpy as np

# Heard when the library is loaded. Without it the wheel, since 1.29, tells its makers of every session, over the network.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
import onnxruntime  # type: ignore[import-untyped]  # ships no types
from numpy.typing import NDArray

from intake.documents.pages.models import DETECTOR, READER
from intake.documents.pages.picture import Picture

Pixels: TypeAlias = NDArray[Any]  # floats
Contour: TypeAlias = NDArray[Any]  # n x 1 x 2

DETECTED = 1440 * 1018  # pixels of a page: lines of 10.5 points on A4 are 18 high then: enough to be parted
GLANCED = 768 * 543  # ... to be seen that there is text, and which way it runs
SIZE_CLASS = 128  # sides are rounded up to multiples of it: few different shapes, so little to plan and keep
INK = 0.3  # probability from which a pixel belongs to a line of text
LEGIBLE = 0.5  # certainty of what was read below which there was nothing to read: a pattern, a signature
READABLE = 0.85  # ... from which it is writing, surely, and the right way up
LINE = 0.5  # mean probability of a line
GROWTH = 1.6  # the detector marks the lines' cores; so much of area : perimeter they are grown again
SMALLEST = 4  # pixels of a line's core at the detector's size
THICKEST = 0.06  # of the picture's longer side: a core that is thicker is a seal, a shadow, a piece of the desk
MOST_LINES = 400  # of a page; a form has thirty to sixty

READ_HEIGHT = 48  # of a line as the model wants it
NARROWEST, WIDEST = 320, 3200  # of a line as it is handed to the model; with less room around it, 强 was read as 強
WIDTH_CLASS = 64
GUESSED = 0.7  # confidence at most, of what was not read as it is told
VARIANT = 0.05  # probability of a usual letter from which it is the one, where an unusual one is likelier
NAME = 6  # letters of a line that may be somebody's name
FEW_IN = 15  # letters of a line that one may be unsure of: a number and a name have fewer, a story's line has forty
_TICKS = "☑☐□■√✓✔×☒"


@dataclass(frozen=True, slots=True)
class Line:
    """What the model read in a strip."""

    text: str
    confidence: float  # of its least certain letter, 0..1: in a number or a name one wrong one is enough
    certainty: float  # of all of them together: low where there was nothing to read


class Engine:
    """Both models in memory: some 100 MB, and 250 more while a page is looked through. Not thread-safe."""

    def __init__(self, folder: Path, threads: int = 1) -> None:
        self._detector = _session(folder / DETECTOR, threads, arena=True)
        self._reader = _session(folder / READER, threads, arena=False)
        self._giving_back = onnxruntime.RunOptions()
        self._giving_back.add_run_config_entry("memory.enable_memory_arena_shrinkage", "cpu:0")
        characters = self._reader.get_modelmeta().custom_metadata_map["character"].splitlines()
        self._characters = ["", *characters, " "]  # 0 is the gap between characters
        self._usual = np.array([usual(character) for character in self._characters])

    def boxes(self, picture: Picture, *, quick: bool = False) -> NDArray[np.float32]:
        """Each line's corners (n x 4 x 2), clockwise from the one that is nearest to the top left: however it leans."""
        probable, scale = self._probable(picture, GLANCED if quick else DETECTED)
        return np.array([_leaning(core) for core in cores_of(probable)], np.float32).reshape(-1, 4, 2) / scale

    def level_boxes(self, picture: Picture) -> NDArray[np.float32]:
        """Left, top, right, bottom of each line (n x 4) on a page that stands straight."""
        probable, scale = self._probable(picture, DETECTED)
        return np.array([_level(core) for core in cores_of(probable)], np.float32).reshape(-1, 4) / scale

    def _probable(self, picture: Picture, area: int) -> tuple[Pixels, float]:
        """How probable text is at each pixel, and the scale of that map."""
        height, width = picture.shape[:2]
        scale = min(1.0, math.sqrt(area / (height * width)))
        if picture.ndim == 2:
            picture = np.repeat(picture[..., None], 3, axis=2)
        small = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA) if scale < 1 else picture
        rows, columns = small.shape[:2]
        padded = np.full((_up(rows, SIZE_CLASS), _up(columns, SIZE_CLASS), 3), 255, np.uint8)
        padded[:rows, :columns] = small
        (found,) = self._detector.run(None, {"x": _normal(padded)}, self._giving_back)
        return found[0, 0, :rows, :columns], scale

    def read(self, strip: Picture) -> Line:
        """One line of text, upright."""
        height, width = strip.shape[:2]
        columns = min(WIDEST, max(1, round(width * READ_HEIGHT / height)))
        resized = cv2.resize(
            strip, (columns, READ_HEIGHT), interpolation=cv2.INTER_AREA if height > 72 else cv2.INTER_LINEAR
        )
        coloured = resized if resized.ndim == 3 else cv2.cvtColor(resized, cv2.COLOR_GRAY2BGR)
        filled = np.zeros((3, READ_HEIGHT, max(NARROWEST, _up(columns, WIDTH_CLASS))), np.float32)
        filled[:, :, :columns] = _normal(coloured)[0]
        (found,) = self._reader.run(None, {"x": filled[None]})
        return self._decoded(found[0])

    def _decoded(self, steps: Pixels) -> Line:
        best = steps.argmax(axis=1)
        certain = steps[np.arange(len(steps)), best]
        fresh = best != 0
        fresh[1:] &= best[1:] != best[:-1]
        read, each = as_usual(steps[fresh], best[fresh], certain[fresh], self._usual)
        text = "".join(self._characters[index] for index in read)
        if not each.size:
            return Line("", 0.0, 0.0)
        line = Line(_wide(text), least_certain(text, each), float(each.mean()))
        number = as_number(text)
        return line if number is None else replace(line, text=number, confidence=min(line.confidence, GUESSED))


def usual(character: str) -> bool:
    """Whether it is in everyday use, or no 汉字."""
    if not "\u4e00" <= character <= "\u9fff":
        return True
    try:
        return bool(character.encode("gb2312"))
    except UnicodeEncodeError:
        return False


def as_usual(steps: Pixels, letters: NDArray[Any], each: Pixels, usual: NDArray[Any]) -> tuple[NDArray[Any], Pixels]:
    """The letters read, and how certain each is, with 项 where the model is not sure that it is 項: so with 楷体.

    In a longer line both are the same letter to us; a name may have an unusual one, and stays as doubtful as it is.
    """
    letters, each = letters.copy(), each.copy()
    for i in np.nonzero(~usual[letters])[0]:
        second = int(steps[i].argpartition(-2)[-2])
        if second and usual[second] and steps[i][second] > VARIANT:
            each[i] = steps[i][second] + (each[i] if len(letters) > NAME else 0.0)
            letters[i] = second
    return letters, each


def least_certain(text: str, each: Pixels) -> float:
    """Of what is written: that a mark or a blank is not quite seen makes no other word. In a long line a few may be so."""
    letters = np.sort([one for letter, one in zip(text, each, strict=True) if letter.isalnum() or letter in _TICKS])
    return float(letters[len(letters) // FEW_IN]) if letters.size else float(each.min())


_LIKE_ONE = str.maketrans(dict.fromkeys("|lI!()[]", "1"))
_MOBILE = re.compile(r"1[3-9]\d(?:[ -]?\d{4}){2}")


def as_number(text: str) -> str | None:
    """13807170223 for 13807|70223: a mobile number with strokes in it that are no digits; None where it is none."""
    digits = text.strip().translate(_LIKE_ONE)
    return digits if digits != text.strip() and _MOBILE.fullmatch(digits) else None


_WIDE = str.maketrans(",:;?!()", "，：；？！（）")
_BESIDE_HAN = re.compile(r"(?<=[\u4e00-\u9fff”》）])[,:;?!()](?=[\u4e00-\u9fff“《（]|$)")


def _wide(text: str) -> str:
    """Marks between 汉字 as they are typed there: the model cannot tell their width."""
    return _BESIDE_HAN.sub(lambda mark: mark[0].translate(_WIDE), text)


def _session(path: Path, threads: int, *, arena: bool) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.enable_cpu_mem_arena = arena
    if arena:
        _register_arena()
        options.add_session_config_entry("session.use_env_allocators", "1")
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")  # a thread that waits costs nothing
    options.enable_mem_pattern = False  # one is kept for each shape seen
    options.log_severity_level = 4
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


@cache
def _register_arena() -> None:
    """Once a process: the arena that grows by what is asked for. onnxruntime's own one doubles, beyond RLIMIT_DATA."""
    where = onnxruntime.OrtMemoryInfo(
        "Cpu", onnxruntime.OrtAllocatorType.ORT_ARENA_ALLOCATOR, 0, onnxruntime.OrtMemType.DEFAULT
    )
    onnxruntime.create_and_register_allocator(where, onnxruntime.OrtArenaCfg({"arena_extend_strategy": 1}))


def _normal(picture: Picture) -> Pixels:
    """1 x 3 x height x width, from -1 to 1."""
    return np.asarray(cv2.dnn.blobFromImage(picture, 1 / 127.5, mean=(127.5, 127.5, 127.5)))


def _up(size: int, step: int) -> int:
    return -(-size // step) * step


def cores_of(probable: Pixels) -> list[Contour]:
    """The outlines of the lines that a map of probabilities shows."""
    ink = cv2.dilate((probable > INK).astype(np.uint8), np.ones((2, 2), np.uint8))
    contours, _ = cv2.findContours(ink, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    largest = sorted(contours, key=cv2.contourArea, reverse=True)[:MOST_LINES]
    thickest = THICKEST * max(probable.shape)
    sizes = ((core, min(cv2.minAreaRect(core)[1])) for core in largest)
    return [core for core, size in sizes if SMALLEST <= size <= thickest and _mean_within(probable, core) >= LINE]


def _mean_within(probable: Pixels, core: Contour) -> float:
    x, y, width, height = cv2.boundingRect(core)
    mask = np.zeros((height, width), np.uint8)
    cv2.fillPoly(mask, [core - (x, y)], (1,))
    return float(cv2.mean(probable[y : y + height, x : x + width], mask)[0])


def _leaning(core: Contour) -> Pixels:
    centre, (width, height), angle = cv2.minAreaRect(core)
    grown = _growth(width, height)
    corners = cv2.boxPoints((centre, (width + grown, height + grown), angle))
    return np.roll(corners, -int(corners.sum(axis=1).argmin()), axis=0)


def _level(core: Contour) -> tuple[float, float, float, float]:
    x, y, width, height = cv2.boundingRect(core)
    grown = _growth(width, height) / 2
    return x - grown, y - grown, x + width + grown, y + height + grown


def _growth(width: float, height: float) -> float:
    return width * height * GROWTH / (width + height)
