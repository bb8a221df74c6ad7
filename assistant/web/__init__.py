"""The web surfaces: AG-UI, OpenAI-compatible completions, health, the pages and the widget."""
