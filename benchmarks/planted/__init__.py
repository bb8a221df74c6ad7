"""A synthetic bank whose truth is known: who is whom, what contradicts, what is missing, what is wrong."""
