"""Fixtures of the tests of the integrations."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture
def scratch() -> Iterator[Path]:
    """A folder of the test's own, with a short path: that of a socket holds 107 bytes."""
    folder = Path(tempfile.mkdtemp(prefix="o.", dir="/tmp"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
