"""The engines side by side, with one local model behind all of them."""
