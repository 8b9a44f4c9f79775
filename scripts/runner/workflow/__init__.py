"""The steps of a run, in their order, and what they work with."""
