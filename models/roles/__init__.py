"""Roles (角色): who may do what, in which tier of area, on which line of duty. One table; see docs/roles.md."""
