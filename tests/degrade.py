"""A clean page as scanners, fax machines, telephones and messengers hand it on: seeded, so that a sample stays itself."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable

import cv2
import numpy as np
import pypdfium2
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

Picture = NDArray[np.uint8]  # height x width x RGB
Random = np.random.Generator
FULL_DPI = 300
STAMP_FONT = "/usr/share/fonts/opentype/noto/NotoSerifCJK-Bold.ttc"


def scan_of(page: bytes, traits: Iterable[str] = (), seed: int = 0, number: int = 0) -> bytes:
    """A page of a PDF, or a picture of one at FULL_DPI, with these TRAITS in their natural order, as JPEG."""
    random = np.random.default_rng(seed)
    picture = rendered(page, number)
    chosen = set(traits)
    if unknown := chosen - TRAITS.keys():
        raise ValueError(f"no such trait: {sorted(unknown)}")
    for trait, degrade in TRAITS.items():
        if trait in chosen:
            picture = degrade(picture, random)
    quality = next((quality for trait, quality in _QUALITY.items() if trait in chosen), 85)
    if not chosen & _SIZED:
        picture = _scaled(picture, 200 / FULL_DPI)
    return jpeg(picture, quality)


def rendered(page: bytes, number: int = 0, dpi: int = FULL_DPI) -> Picture:
    if page.startswith(b"%PDF"):
        document = pypdfium2.PdfDocument(page)
        try:
            return np.asarray(document[number].render(scale=dpi / 72).to_pil().convert("RGB")).copy()
        finally:
            document.close()
    return np.asarray(Image.open(io.BytesIO(page)).convert("RGB")).copy()


def jpeg(picture: Picture, quality: int = 85) -> bytes:
    return saved(picture, "JPEG", quality=quality)


def saved(picture: Picture, kind: str, **options: object) -> bytes:
    out = io.BytesIO()
    Image.fromarray(picture).save(out, kind, **options)
    return out.getvalue()


def _scaled(picture: Picture, factor: float) -> Picture:
    return cv2.resize(picture, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)


def _dpi(dpi: int) -> Callable[[Picture, Random], Picture]:
    return lambda picture, _random: _scaled(picture, dpi / FULL_DPI)


def _long_side(pixels: int) -> Callable[[Picture, Random], Picture]:
    return lambda picture, _random: _scaled(picture, pixels / max(picture.shape[:2]))


def _stamp(picture: Picture, random: Random) -> Picture:
    """公章: a red ring with a star and the unit's name around it, half transparent, over the last rows."""
    height, width = picture.shape[:2]
    size = int(width * 0.19)
    ink = Image.new("RGBA", (size, size), (0, 0, 0, 0))
    draw = ImageDraw.Draw(ink)
    red = (215, 30, 40, 190)
    draw.ellipse((4, 4, size - 5, size - 5), outline=red, width=max(3, size // 40))
    points = [
        (size / 2 + r * size * np.sin(i * np.pi / 5), size / 2 - r * size * np.cos(i * np.pi / 5))
        for i, r in enumerate([0.17, 0.07] * 5)
    ]
    draw.polygon(points, fill=red)
    font = ImageFont.truetype(STAMP_FONT, size // 9)
    for i, letter in enumerate("重庆某某桥梁工程有限公司"):
        glyph = Image.new("RGBA", (size, size), (0, 0, 0, 0))
        ImageDraw.Draw(glyph).text((size / 2, size * 0.07), letter, fill=red, font=font, anchor="ma")
        ink.alpha_composite(glyph.rotate(115 - i * 21, center=(size / 2, size / 2)))
    ink = ink.rotate(float(random.uniform(-15, 15)))
    canvas = Image.fromarray(picture).convert("RGBA")
    at = (int(width * random.uniform(0.3, 0.6)), int(height * random.uniform(0.62, 0.75)))
    canvas.alpha_composite(ink, at)
    return np.asarray(canvas.convert("RGB")).copy()


def _signature(picture: Picture, random: Random) -> Picture:
    """A pen's curve across borders near the foot of the page."""
    height, width = picture.shape[:2]
    x, y = width * random.uniform(0.55, 0.7), height * random.uniform(0.72, 0.85)
    steps = np.cumsum(random.normal(0, 1, (60, 2)), axis=0)
    curve = np.stack([x + np.linspace(0, width * 0.16, 60), np.full(60, y)], axis=1) + steps * width * 0.006
    cv2.polylines(picture, [curve.astype(np.int32)], False, (30, 30, 90), max(2, width // 500), cv2.LINE_AA)
    return picture


def _fold(picture: Picture, random: Random) -> Picture:
    """Two folds: a dark and a bright line, the halves differently lit."""
    height, width = picture.shape[:2]
    shade = np.ones((height, width), np.float32)
    for at in (height * random.uniform(0.3, 0.37), height * random.uniform(0.63, 0.7)):
        rows = np.arange(height) - at
        shade *= (1 - 0.22 * np.exp(-((rows / (height * 0.002)) ** 2)))[:, None]
        shade *= (1 - 0.08 * (rows > 0) * np.exp(-rows.clip(0) / (height * 0.05)))[:, None]
    return _lit(picture, shade)


def _faint(picture: Picture, _random: Random) -> Picture:
    """Toner running out."""
    return (255 - (255 - picture.astype(np.float32)) * 0.45).astype(np.uint8)


def _grey(picture: Picture, random: Random) -> Picture:
    tone = random.uniform(0.78, 0.88)
    return (picture * np.array([tone, tone, tone * 0.96])).astype(np.uint8)


def _lit(picture: Picture, light: NDArray[np.float32]) -> Picture:
    return (picture * light[..., None]).clip(0, 255).astype(np.uint8)


def _shadow(picture: Picture, random: Random) -> Picture:
    """A lamp on one side, and the soft edge of the hand that holds the telephone."""
    height, width = picture.shape[:2]
    y, x = np.mgrid[0 : 1 : height * 1j, 0 : 1 : width * 1j].astype(np.float32)
    angle = random.uniform(0, 2 * np.pi)
    along = np.cos(angle) * (x - 0.5) + np.sin(angle) * (y - 0.5)
    edge = 1 / (1 + np.exp(-(along - random.uniform(-0.15, 0.15)) * 40))
    return _lit(picture, ((0.8 + 0.25 * along) * (0.62 + 0.38 * edge)).astype(np.float32))


def _tilt(picture: Picture, random: Random) -> Picture:
    height, width = picture.shape[:2]
    angle = random.choice([-1, 1]) * random.uniform(1.5, 5)
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), angle, 1)
    return cv2.warpAffine(picture, turn, (width, height), borderValue=tuple(map(int, picture[3, 3])))


def _margins(picture: Picture, random: Random) -> Picture:
    """A flatbed's open lid: black around the page."""
    width = picture.shape[1]
    sides = [int(width * random.uniform(0.0, 0.08)) for _ in range(4)]
    return cv2.copyMakeBorder(picture, *sides, cv2.BORDER_CONSTANT, value=(18, 16, 20))


def _cut(picture: Picture, random: Random) -> Picture:
    """One side out of the frame, the table's border with it."""
    width = picture.shape[1]
    cut = int(width * random.uniform(0.115, 0.125))
    return picture[:, cut:].copy() if random.random() < 0.5 else picture[:, :-cut].copy()


def _wave(picture: Picture, random: Random) -> Picture:
    """A page that does not lie flat."""
    height, width = picture.shape[:2]
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    bend = height * random.uniform(0.004, 0.008)
    y = y + bend * np.sin(x / width * np.pi * random.uniform(0.8, 1.6) + random.uniform(0, 3)).astype(np.float32)
    return cv2.remap(picture, x, y.astype(np.float32), cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)


def _wood(height: int, width: int, random: Random) -> Picture:
    grain = cv2.GaussianBlur(random.normal(0, 1, (height // 4, width // 4)).astype(np.float32), (0, 0), 12, sigmaY=0.6)
    grain = cv2.resize(grain / grain.std(), (width, height))
    base = np.array([142, 104, 70], np.float32) * random.uniform(0.7, 1.15)
    return (base + grain[..., None] * 12).clip(0, 255).astype(np.uint8)


def _corners(picture: Picture, random: Random, far: float) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    height, width = picture.shape[:2]
    flat = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    return flat, (flat + random.uniform(-far, far, (4, 2)) * width).astype(np.float32)


def _desk(picture: Picture, random: Random) -> Picture:
    """Photographed on a wooden desk: the whole page, seen from aside, slightly turned."""
    height, width = picture.shape[:2]
    flat, seen = _corners(picture, random, 0.05)
    margin = width * random.uniform(0.08, 0.16)
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), random.uniform(-6, 6), 1)
    seen = (cv2.transform(seen[None], turn)[0] + margin).astype(np.float32)
    size = (int(width + 2 * margin), int(height + 2 * margin))
    view = cv2.getPerspectiveTransform(flat, seen)
    desk = _wood(size[1], size[0], random)
    page = cv2.warpPerspective(picture, view, size)
    mask = cv2.warpPerspective(np.full((height, width), 255, np.uint8), view, size)
    shadow = cv2.GaussianBlur(mask, (0, 0), 15)[..., None] / 255 * 0.35
    return np.where(mask[..., None] > 127, page, (desk * (1 - shadow)).astype(np.uint8))


def _slanted(picture: Picture, random: Random) -> Picture:
    """Photographed so near that only paper is in the frame: lines converge."""
    height, width = picture.shape[:2]
    flat, seen = _corners(picture, random, 0.035)
    view = cv2.getPerspectiveTransform(flat, seen)
    return cv2.warpPerspective(picture, view, (width, height), borderMode=cv2.BORDER_REPLICATE)


def _screen(picture: Picture, random: Random) -> Picture:
    """A monitor photographed: its pixels against the camera's, a bluish cast."""
    picture = _scaled(picture, 150 / FULL_DPI)
    height, width = picture.shape[:2]
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    pitch, angle = random.uniform(2.05, 2.4), random.uniform(0.02, 0.12)
    beat = np.sin((x * np.cos(angle) + y * np.sin(angle)) * 2 * np.pi / pitch)
    beat += np.sin((y * np.cos(angle) - x * np.sin(angle)) * 2 * np.pi / (pitch * 1.07))
    light = (0.9 + 0.07 * beat).astype(np.float32)
    cast = np.array([0.92, 0.97, 1.0], np.float32)
    return _slanted((_lit(picture, light) * cast).astype(np.uint8), random)


def _blur(picture: Picture, random: Random) -> Picture:
    return cv2.GaussianBlur(picture, (0, 0), picture.shape[1] / 2480 * random.uniform(2.0, 3.2))


def _shaken(picture: Picture, random: Random) -> Picture:
    length = max(3, int(picture.shape[1] / 2480 * random.uniform(6, 10)))
    kernel = np.zeros((length, length), np.float32)
    cv2.line(kernel, (0, int(random.integers(length))), (length - 1, int(random.integers(length))), 1.0)
    return cv2.filter2D(picture, -1, kernel / kernel.sum())


def _noise(picture: Picture, random: Random) -> Picture:
    grain = random.normal(0, random.uniform(8, 16), picture.shape).astype(np.float32)
    return (picture + grain).clip(0, 255).astype(np.uint8)


def _specks(picture: Picture, random: Random) -> Picture:
    """Dirt on the glass."""
    height, width = picture.shape[:2]
    for _ in range(150):
        at = (int(random.integers(width)), int(random.integers(height)))
        cv2.circle(picture, at, int(random.integers(1, 4)), (60, 60, 60), -1)
    return picture


def _fax(picture: Picture, _random: Random) -> Picture:
    """Black and white, 150 dots an inch, enlarged again by the machine that prints it."""
    grey = cv2.cvtColor(_scaled(picture, 150 / FULL_DPI), cv2.COLOR_RGB2GRAY)
    black = np.where(grey > 165, 255, 0).astype(np.uint8)
    return cv2.cvtColor(black, cv2.COLOR_GRAY2RGB)


def _turned(times: int) -> Callable[[Picture, Random], Picture]:
    return lambda picture, _random: np.rot90(picture, times).copy()


#: In the order in which they befall a page: ink, paper, light, camera, messenger.
TRAITS: dict[str, Callable[[Picture, Random], Picture]] = {
    "stamp": _stamp,
    "signature": _signature,
    "faint": _faint,
    "fold": _fold,
    "specks": _specks,
    "grey": _grey,
    "wave": _wave,
    "cut": _cut,
    "tilt": _tilt,
    "margins": _margins,
    "slanted": _slanted,
    "desk": _desk,
    "shadow": _shadow,
    "screen": _screen,
    "shaken": _shaken,
    "blur": _blur,
    "dpi100": _dpi(100),
    "dpi150": _dpi(150),
    "dpi300": _dpi(300),
    "wechat1280": _long_side(1280),
    "wechat1440": _long_side(1440),
    "fax": _fax,
    "noise": _noise,
    "turned90": _turned(1),
    "turned180": _turned(2),
    "turned270": _turned(3),
    "quality25": lambda picture, _random: picture,
    "quality50": lambda picture, _random: picture,
}
_SIZED = {"screen", "dpi100", "dpi150", "dpi300", "wechat1280", "wechat1440", "fax"}
_QUALITY = {"quality25": 25, "quality50": 50, "wechat1280": 65, "wechat1440": 70}
