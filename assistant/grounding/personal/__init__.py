"""Where personal data stand in a text: by their pattern, by what the store knows, by what a turn has read."""
