"""What a run says: to people, as run.json, and of the KPIs there are."""
