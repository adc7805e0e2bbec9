"""From signatures to plans: what a handler will do, decided at start-up."""
