"""The abilities: one file each, a typed function whose docstring speaks to the model."""
