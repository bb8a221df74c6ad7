"""Evaluation: conversations with what their answers must rest on, put to a bank and judged."""
