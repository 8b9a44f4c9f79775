"""How files of one export meet: which is newer, which rows of a key stand, what was renamed."""
