"""Engines: from a Reading to an answer. `builtin` needs no model."""
