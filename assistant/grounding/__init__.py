"""Facts and where they come from; nothing is said that is not on the ledger of its turn."""
