"""`python tests/packed_maker.py RAR RAR6` makes tests/packed: archives as RAR and 7-Zip pack them, of forms made by ourselves.

RAR is the packer's program, RAR6 that of a version before 7, which still writes RAR 4 (both from rarlab.com; 7.01 and 6.23
were used). The program 7z must be there, too. Kept, because hardly any machine has them all; nothing but this needs them.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from corpus_making.sample import JPEG, filled_form
from forms import ZHANG_WEI
from office_maker import FOLDER as OFFICE
from office_maker import LI_FANG, PASSWORD

FOLDER = Path(__file__).parent / "packed"
MADE = 1_772_000_000  # when all the files in them were written

ZHANG = {"推荐材料/张伟/征集表（张伟）镕𠮷.doc": (OFFICE / "form.doc").read_bytes()}
LI = {"推荐材料/李芳/征集表.docx": filled_form(LI_FANG)}
PHOTOGRAPH = {"推荐材料/张伟/照片.jpg": JPEG}
TEXT = {"说明.txt": "\n".join(f"{n}. {ZHANG_WEI['story']}" for n in range(9)).encode("gb18030")}

#: By name: the version that is written, the program's switches, what goes in.
SAMPLES: Mapping[str, tuple[int, str, Mapping[str, bytes]]] = {
    "rar4.rar": (4, "-m3", ZHANG | PHOTOGRAPH),
    "rar4-solid.rar": (4, "-m5 -s", TEXT | ZHANG | LI),
    "rar4-text.rar": (4, "-m5 -mct+", ZHANG | TEXT),
    "rar4-record.rar": (4, "-m1 -rr10", ZHANG),
    "rar5.rar": (5, "-m3", ZHANG | PHOTOGRAPH),
    "rar5-solid.rar": (5, "-m5 -s -md64m", TEXT | ZHANG | LI),
    "rar5-record.rar": (5, "-m1 -rr10 -htb -qo+", ZHANG),
    "rar4-locked.rar": (4, f"-p{PASSWORD}", ZHANG),
    "rar4-locked-with-names.rar": (4, f"-hp{PASSWORD}", ZHANG),
    "rar5-locked.rar": (5, f"-p{PASSWORD}", ZHANG),
    "rar5-locked-with-names.rar": (5, f"-hp{PASSWORD}", ZHANG),
    "rar4-old-volumes.rar": (4, "-m5 -s -vn -v2k", TEXT | ZHANG | PHOTOGRAPH),
    "rar4-volumes.rar": (4, "-m5 -v2k", TEXT | ZHANG | PHOTOGRAPH),
    "rar5-volumes.rar": (5, "-m5 -v2k", TEXT | ZHANG | PHOTOGRAPH),
}
#: What neither Python nor py7zr unpacks.
BY_7ZIP = {
    "deflate64.zip": "-mm=Deflate64",
    "ppmd.zip": "-mm=PPMd",
    "xz.zip": "-mm=XZ",
    "bcj2.7z": "-m0=BCJ2 -m1=LZMA:d20 -m2=LZMA:d19 -m3=LZMA:d19 -mb0:1 -mb0s1:2 -mb0s2:3",
}


def main(newest: str, older: str) -> None:
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir()
    for name, (version, switches, files) in SAMPLES.items():
        _pack(FOLDER / name, [older, "a", "-ma4"] if version == 4 else [newest, "a"], switches.split(), files)
    inner = {"第一批.rar": (FOLDER / "rar4-solid.rar").read_bytes()}
    _pack(FOLDER / "rar4-in-rar5.rar", [newest, "a"], ["-m3"], inner | PHOTOGRAPH)
    for name, switches in BY_7ZIP.items():
        _pack(FOLDER / name, ["7z", "a"], switches.split(), ZHANG)


def _pack(target: Path, program: list[str], switches: list[str], files: Mapping[str, bytes]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        for name, content in files.items():
            file = Path(folder, name)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)
        for made in Path(folder).rglob("*"):
            os.utime(made, (MADE, MADE))
        quiet = ["-bd"] if program[0] == "7z" else ["-idq", "-tsm-", "-ds"]
        command = [*program, *switches, *quiet, "-r", str(target), *sorted({name.split("/")[0] for name in files})]
        subprocess.run(command, check=True, cwd=folder, env={"LC_ALL": "C.UTF-8"})


if __name__ == "__main__":
    main(*sys.argv[1:])
