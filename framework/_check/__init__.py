"""Find what is wrong with an application without serving it: ``bolide check``."""
