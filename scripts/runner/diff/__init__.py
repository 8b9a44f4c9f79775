"""Which published figures a change of definitions, or of data, changes."""
