"""Merging (合并): two records that are one person or one house; what leads to either leads to the one that stays."""
