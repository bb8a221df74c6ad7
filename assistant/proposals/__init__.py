"""Proposals: writes that wait for a person's yes, and are executed exactly as confirmed, once."""
