"""How long the values of dependencies live, and what ends them."""
