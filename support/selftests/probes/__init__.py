"""Small objects that tests look through: clients, attempts, validators, ways to knock at a door."""
