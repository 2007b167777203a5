"""What a mail is read with beyond Python, as [reading] in config.toml wants it and as this machine has it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass

from intake.documents.archives.unrar import unpacker
from intake.documents.convert import converter
from intake.documents.document import Document, Scan
from intake.documents.limits import Allowance, Limits
from intake.documents.means import Converter, Means, Recogniser, Unpacker
from intake.documents.pages.scan import recogniser
from service.config.reading import ReadingConfig

#: Mails with scans mostly come one at a time: two cores read a page in little more than half the time of one.
OCR_THREADS = min(2, os.cpu_count() or 1)


def means_of(config: ReadingConfig) -> Means:
    """All that there is. What is heavy is loaded with the first file that needs it."""
    return Means(
        config.limits,
        None if config.office == "off" else converter(None if config.office == "auto" else config.office),
        recogniser(OCR_THREADS) if config.ocr else None,
        unpacker(),
    )


def announced(means: Means, announce: Callable[[], None], pdf: Callable[[], AbstractContextManager[None]]) -> Means:
    """The same means, where `announce` hears of each use, and `pdf` stands around it: whoever waits knows what a mail is
    being read with."""

    @contextmanager
    def opening() -> Iterator[bool]:
        with pdf(), means.pdfium() as granted:
            yield granted

    return Means(
        means.limits,
        means.convert and _Converter(means.convert, announce),
        means.recogniser and _Recogniser(means.recogniser, announce),
        means.unpack and _Unpacker(means.unpack, announce),
        opening,
    )


@dataclass(frozen=True, slots=True)
class _Converter:
    silent: Converter
    announce: Callable[[], None]

    def __call__(self, data: bytes, format: str, to: str, limits: Limits) -> bytes | None:  # noqa: A002  # as in Converter
        self.announce()
        return self.silent(data, format, to, limits)


@dataclass(frozen=True, slots=True)
class _Recogniser:
    silent: Recogniser
    announce: Callable[[], None]

    def ruled(self, scan: Scan, allowance: Allowance) -> bool:
        self.announce()
        return self.silent.ruled(scan, allowance)

    def glimpse(self, scan: Scan, allowance: Allowance) -> Iterator[str] | None:
        self.announce()
        return self.silent.glimpse(scan, allowance)

    def read(self, scans: Sequence[Scan], allowance: Allowance) -> Document | None:
        self.announce()
        return self.silent.read(scans, allowance)


@dataclass(frozen=True, slots=True)
class _Unpacker:
    silent: Unpacker
    announce: Callable[[], None]

    def __call__(self, data: bytes, most: int) -> Iterator[bytes]:
        self.announce()
        return self.silent(data, most)


def inventory(config: ReadingConfig) -> Iterator[tuple[bool, str]]:
    """Each of the means, whether it is there, and in Chinese what is lost where it is not."""
    lost = "扫描件和照片不识别，这样的来信照常建档，请人来看"
    if not config.ocr:
        yield False, f"识别扫描件和照片（OCR）：在 config.toml 里关掉了（ocr）。{lost}。"
    elif recogniser(OCR_THREADS) is None:
        yield False, f"识别扫描件和照片（OCR）：没有安装。{lost}。要用就执行 make full，再重启服务。"
    else:
        yield True, "识别扫描件和照片（OCR）：可以使用。"
    lost = "常见格式不靠它，只有很旧的 Word 6、MS Works、.xlsb 等打不开，会请对方另存为 .docx 重新发来"
    if config.office == "off":
        yield False, f"LibreOffice：在 config.toml 里关掉了（office）。{lost}。"
    elif means_of(config).convert is None:
        where, mend = "没有安装", "要用就安装 libreoffice-writer 和 libreoffice-calc"
        if config.office != "auto":
            where, mend = f"没有找到程序 {config.office}", '请改正 config.toml 里「office」的路径，或写 office = "auto"'
        yield False, f"LibreOffice：{where}。{lost}。{mend}。"
    else:
        yield True, "LibreOffice：可以使用。"
    for program, package, kind in (("unar", "unar", "RAR 4"), ("bsdtar", "libarchive-tools", "RAR 5")):
        if shutil.which(program):
            yield True, f"{program}：可以使用。"
        else:
            yield False, f"{program}：没有安装。{kind} 压缩包多半打不开，会请对方改发 zip。要用就安装 {package}。"
