"""``python -m tests.asvs > docs/asvs.md``."""

from __future__ import annotations

import sys

from tests.asvs.page import page
from tests.asvs.verdicts import load

sys.stdout.write(page(load()))
