"""The assistant: turns a question of a bank's employee into an answer whose figures have sources."""
