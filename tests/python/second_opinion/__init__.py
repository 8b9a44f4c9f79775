"""Every KPI a second time, from the export files in plain Python, without the project's own code."""
