"""Fixtures of the tests of the integrations."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from alerts import Recordings

# It holds tests: their asserts tell what they compared, as those in test_*.py do.
pytest.register_assert_rewrite("shipper")


@pytest.fixture
def scratch() -> Iterator[Path]:
    """A folder of the test's own, with a short path: that of a socket holds 107 bytes."""
    folder = Path(tempfile.mkdtemp(prefix="o.", dir="/tmp"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def recordings(tmp_path_factory: pytest.TempPathFactory) -> Recordings:
    """The events of all cases, made once for all tests that read them."""
    return Recordings(tmp_path_factory.mktemp("events"))
