"""Life events (人口变动): birth, death, moving, marriage, splitting, and two records that are one; each with its history."""
