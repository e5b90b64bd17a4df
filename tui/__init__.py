"""The screens, the keys and the words: everything an officer sees."""
