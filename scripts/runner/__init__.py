"""The runner: loads exports, builds the models, checks and publishes."""
