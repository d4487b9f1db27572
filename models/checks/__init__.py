"""Checks (校验与联动): what in a household's values cannot be, or hardly; what is due; what follows from what. All pure."""
