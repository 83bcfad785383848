"""What a story sent, as steps with symbols in the place of everything that was new in it."""
