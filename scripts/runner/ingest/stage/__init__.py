"""Rows of text to typed rows: what each text means, which rows are bad, sums or ranges of days."""
