"""How well a model's sentences are checked: what share of lies is caught, and what share of the truth refused."""
