"""The two gates of a run, by Great Expectations, and what they judge."""
