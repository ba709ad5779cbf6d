"""Quarterly reports: the figures of a quarter worked out once, what they say in sentences, and a codebook of every column."""
