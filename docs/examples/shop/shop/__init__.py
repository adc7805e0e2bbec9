"""A small shop: an example of a Bolide application in several modules."""
