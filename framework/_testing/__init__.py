"""What the test client stands on."""
