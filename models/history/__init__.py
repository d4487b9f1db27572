"""History (变更记录): who changed what from what, when, on what ground; and who has to be told of it."""
