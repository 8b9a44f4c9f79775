"""dbt, and what the runner does with it: commands, events, lint, generated lists."""
