"""The hall with 陈桂兰's son beside her, who may act for her."""

from __future__ import annotations

from tests.models.mandates.conftest import kin

__all__ = ["kin"]
