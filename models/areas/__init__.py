"""Areas (区划): the tree county, town, village, and below a village its groups and its grids."""
