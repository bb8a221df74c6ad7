"""The commands of `rapport`, one file a family. What is heavy is imported inside the command that needs it."""
