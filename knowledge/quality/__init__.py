"""How good the customer files are: what they should hold, what they lack, and what in them cannot be right."""
