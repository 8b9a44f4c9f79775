"""The memory of what was published: which value, when, on what, and why it changed."""
