"""Proof that the models mean the same on DuckDB, PostgreSQL and Spark."""
