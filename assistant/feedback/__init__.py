"""Feedback: what a message is about, how sure that is, and by when it has to be answered."""
