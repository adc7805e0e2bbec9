"""Find the route of a request, and the URL of a route."""
