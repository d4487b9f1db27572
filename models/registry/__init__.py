"""The desk of the registry (信息台账): finding households and people, keeping them true, and seeing what is missing."""
