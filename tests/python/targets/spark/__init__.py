"""What is proved of Spark; run by `make test-spark`."""
