"""The customer-relationship store: its tables, who may see which rows, and the demo bank."""
