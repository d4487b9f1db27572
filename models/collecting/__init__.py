"""Collecting (采集): which elements may be taken and shown now, by whom; the statutory grounds of those of level 3."""
