from __future__ import annotations

import io

import pytest
from PIL import Image


@pytest.fixture(scope="session")
def photo() -> bytes:
    """A small JPEG."""
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "white").save(out, "JPEG")
    return out.getvalue()
