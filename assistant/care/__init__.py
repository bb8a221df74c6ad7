"""Looking after customers: how often each is to be spoken to."""
