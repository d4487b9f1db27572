"""Export (导出): households and people of an area as a sheet, for a purpose, with what is sensitive let out by two."""
