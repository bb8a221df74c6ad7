"""Questions by criteria nobody foresaw: from words to a typed query, and what of the words was not understood."""
