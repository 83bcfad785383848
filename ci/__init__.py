"""How the suite is run, checked and proven."""
