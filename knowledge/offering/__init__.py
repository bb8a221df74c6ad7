"""What customers take: learnt from who holds what and from what came of the bank's own offers. Never calls a model."""
