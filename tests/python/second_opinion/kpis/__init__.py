"""One module per family: what each KPI counts."""
