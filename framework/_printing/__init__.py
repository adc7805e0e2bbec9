"""Print handlers: the source that does what a plan says."""
