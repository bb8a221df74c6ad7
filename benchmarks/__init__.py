"""The measures of the product, taken as a user would meet them: whole commands, real HTTP."""
