"""Signals: what gives a reason to speak to a customer, found by the bank's rules, each with its evidence."""
