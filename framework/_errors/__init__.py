"""From what was raised to a response."""
