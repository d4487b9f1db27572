"""``python -m models.retention > docs/retention.md``."""

from __future__ import annotations

import sys

from models.retention.page import page

sys.stdout.write(page())
