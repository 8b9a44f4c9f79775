"""What stands in the published schema `kpi` beside the figures, and what it says of itself."""
