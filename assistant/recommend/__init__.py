"""What suits a customer, in which order, and how to say it: pure rules over what the store knows."""
