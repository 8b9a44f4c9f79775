"""The demo world and the writers of its exports."""
