"""Tests of the sources: each loads files of one tool and looks at what staging makes of them."""
