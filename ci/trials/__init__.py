"""Trials: the suite under hard conditions, measured. Each prints a table and is run by hand."""
