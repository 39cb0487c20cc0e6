"""The meaning of pandas: blocks, alignment, indexing, grouping, and the conversion of data."""
