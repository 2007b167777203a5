"""[reading]: what reading one mail may cost, and by what means it is read."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from pathlib import Path

from intake.documents.limits import Limits
from rules.toml.table import Table
from service.config import values
from service.config.values import DAY, MANY

#: Least and most of each of Limits that an admin may write in [reading].
LIMITS = {
    "file_mb": (1, 4096),
    "expanded_mb": (1, 65_536),
    "ratio": (2, MANY),
    "entries": (1, MANY),
    "nominees": (1, MANY),
    "depth": (0, 50),
    "pages": (1, MANY),
    "scans": (0, MANY),
    "megapixels": (1, 1000),
    "convert_seconds": (1, DAY),
}


@dataclass(frozen=True, slots=True)
class ReadingConfig:
    """What reading one mail may cost, and by what means it is read."""

    workers: int = 2  # reading processes
    seconds: float = 60  # that one mail may take: six scanned pages on a slow machine fit
    cpu_seconds: int = 50
    memory_mb: int = 1024  # that a reading process may use
    limits: Limits = field(default_factory=Limits)
    ocr: bool = True  # where it is installed
    office: str = "auto"  # LibreOffice: auto where it is installed, off, or the path of the program


def reading(service: Table, table: Table, base: Path) -> ReadingConfig:
    """What the table says. Some of it once stood in [service]."""
    for old, new in (("workers", "workers"), ("read_seconds", "seconds"), ("read_memory_mb", "memory_mb")):
        mend = f"把这一行移到 [reading] 一段，写成 {new} = {service.raw(old)}。"
        service.refuse(old, "设置换了地方", "现在写在 [reading] 里。", mend)
    plain, files = ReadingConfig(), asdict(Limits())
    return ReadingConfig(
        workers=values.whole(table, "workers", plain.workers, 1, 256),
        seconds=values.number(table, "seconds", plain.seconds, 1, DAY),
        cpu_seconds=values.whole(table, "cpu_seconds", plain.cpu_seconds, 1, DAY),
        memory_mb=values.whole(table, "memory_mb", plain.memory_mb, 256, MANY),
        limits=Limits(**{key: values.whole(table, key, files[key], *ends) for key, ends in LIMITS.items()}),
        ocr=table.choice("ocr", ("auto", "off"), "auto") == "auto",
        office=_office(table, base),
    )


def _office(table: Table, base: Path) -> str:
    written = table.text("office", "auto").strip()
    if not written:
        table.fault("office", "路径不对", "[reading] 的「office」是空的。", '写成 office = "auto"，不用就写 "off"。')
    return written if written in {"auto", "off", ""} else str(base / written)
