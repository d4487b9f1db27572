"""Import (批量导入): households and people out of the sheets that counties really keep."""
