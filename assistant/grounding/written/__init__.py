"""What a sentence writes: figures, days, codes, names, and claims that no figure proves."""
