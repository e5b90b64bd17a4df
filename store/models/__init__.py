"""The tables, private to store: no peewee model ever leaves this package's parent."""
