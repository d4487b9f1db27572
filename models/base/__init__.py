"""What every slice of the domain stands on: errors, actors, levels, the clock, the cipher."""
