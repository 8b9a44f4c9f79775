"""A published value's way back: its definition, the rows it was counted from, their files, its history."""
