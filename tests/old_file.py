"""The generator of synthetic old files, which lies beside the repository or where LEGACY_SAMPLE names it."""

import importlib.util
import os
from pathlib import Path
from types import ModuleType

import pytest

_PATH = Path(os.environ.get("LEGACY_SAMPLE") or Path(__file__).parents[2] / "shared" / "data" / "legacy_sample.py")


def load_generator() -> ModuleType:
    """The generator's module; skips the test where it is absent."""
    if not _PATH.is_file():
        pytest.skip(f"no generator of old files at {_PATH.name} (set LEGACY_SAMPLE)")
    spec = importlib.util.spec_from_file_location("legacy_sample", _PATH)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
