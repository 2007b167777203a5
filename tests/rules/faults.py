"""The faults of an admin's file in brief, for tables of expectations."""

import pytest

from rules.toml.fault import FaultyFile
from rules.toml.table import read_toml


def faults_of(path, read=lambda table: None):
    """(line, column, what the caret covers, code, mend) of each fault."""

    def whole():
        table = read_toml(path)
        read(table)
        table.finish()

    with pytest.raises(FaultyFile) as caught:
        whole()
    assert all(fault.file == path and fault.message for fault in caught.value.faults)
    return [(f.line, f.column, f.source[f.column - 1 :][: f.length], f.code, f.mend) for f in caught.value.faults]
