"""What handlers make replies of."""
