"""What an exports folder holds that is not read, doubled or assumed: a sentence each, for the summary."""
