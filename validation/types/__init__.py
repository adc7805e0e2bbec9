"""Value types beyond the built-in ones, one module per family; each is imported when it is met."""
