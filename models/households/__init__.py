"""Households (户): the plate, what is known of the house, who belongs to it, and the PIN slip."""
