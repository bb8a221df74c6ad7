"""What the bank knows: the CRM store, the library, and the ways data come in. Never calls a model."""
