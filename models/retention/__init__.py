"""Retention (保存期限): how long everything is kept, as one table; see docs/retention.md."""
