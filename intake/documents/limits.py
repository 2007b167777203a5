"""What one mail may cost to be read: the limits of [reading] in config.toml, and what is left of them."""

from __future__ import annotations

from dataclasses import dataclass

MB = 1024 * 1024
MAX_READ = 16_000_000  # characters of markup and text read in all the files of one mail; the rest stays closed


@dataclass(frozen=True, slots=True)
class Limits:
    """Each is a line of [reading] in config.toml. Time, CPU and memory are kept by the reading process itself."""

    file_mb: int = 60  # one file as it came
    expanded_mb: int = 200  # all that is unpacked from one mail
    ratio: int = 300  # unpacked : packed, of one file in an archive or one part of a Word file
    entries: int = 500  # files in all the archives of one mail
    nominees: int = 200  # that one mail puts forward
    depth: int = 5  # files within files: archives in archives, mails attached to mails
    pages: int = 40  # of one PDF
    scans: int = 6  # pictures and scanned pages of one mail that are recognised: seconds each
    megapixels: int = 60  # of one picture
    convert_seconds: int = 20  # that the office program may take for one file


class Exceeded(Exception):
    """A limit is reached. The message is a Chinese clause without a full stop: 压缩包里的文件超过 500 个."""


class Allowance:
    """What is left for one mail. Each `take_…` raises Exceeded where that is too little."""

    def __init__(self, limits: Limits | None = None) -> None:
        self.limits = limits or Limits()
        self._entries = self.limits.entries
        self._bytes = self.limits.expanded_mb * MB
        self._scans = self.limits.scans
        self._read = MAX_READ
        self.told: list[str] = []  # Chinese: what was passed over without a word to the sender, for staff

    @property
    def bytes_left(self) -> int:
        """That may still be unpacked."""
        return self._bytes

    def take_file(self, size: int) -> None:
        if size > self.limits.file_mb * MB:
            raise Exceeded(f"文件超过 {self.limits.file_mb} MB")

    def take_entry(self) -> None:
        self._entries -= 1
        if self._entries < 0:
            raise Exceeded(f"压缩包里的文件超过 {self.limits.entries} 个")

    def take_bytes(self, size: int, packed: int | None = None) -> None:
        """Bytes that came out of `packed` ones. Small files may pack as well as they like."""
        self._bytes -= size
        if self._bytes < 0:
            raise Exceeded(f"文件解开后超过 {self.limits.expanded_mb} MB")
        if packed is not None and size > self.most_of(packed):
            raise Exceeded(f"文件解开后是原来的 {self.limits.ratio} 倍以上")

    def most_of(self, packed: int) -> int:
        """Bytes that may come out of `packed` ones."""
        return max(MB, packed * self.limits.ratio)

    def take_read(self, cost: int) -> None:
        """Characters of markup and text that were read. What is open already is read to its end."""
        self._read -= cost

    @property
    def may_read(self) -> bool:
        """Whether one more file may be opened."""
        return self._read > 0

    def take_pixels(self, width: int, height: int) -> None:
        if width * height > self.limits.megapixels * 1_000_000:
            raise Exceeded(f"图片超过 {self.limits.megapixels} 百万像素")

    def take_scan(self) -> bool:
        """Whether one more picture may be recognised."""
        self._scans -= 1
        return self._scans >= 0
