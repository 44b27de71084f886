"""Archives of mailing lists: read, threaded, imported, and given out again."""
