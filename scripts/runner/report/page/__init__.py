"""The report: one page for people, written from the published file alone."""
