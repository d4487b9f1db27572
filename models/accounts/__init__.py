"""Accounts (账号): staff of every role, and the public contact of a grid."""
