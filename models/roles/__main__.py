"""``python -m models.roles > docs/roles.md``."""

from __future__ import annotations

import sys

from models.roles.page import page

sys.stdout.write(page())
