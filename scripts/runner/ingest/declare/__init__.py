"""What an export is: its columns, keys, ranges and rules, as models/staging/*/_*.yml declare them."""
