"""What ``server/container.py`` is put together from: each module makes the services of some slices, once."""
