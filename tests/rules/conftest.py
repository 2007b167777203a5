"""A TOML file as an admin saved it."""

import pytest


@pytest.fixture
def file(tmp_path):
    def write(text, encoding="utf-8"):
        path = tmp_path / "campaign.toml"
        path.write_bytes(text.encode(encoding) if isinstance(text, str) else text)
        return path

    return write
