"""The proof: how many broken services the suite catches, and how often it cries wolf."""
