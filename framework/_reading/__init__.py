"""What handlers read of requests: parameters, bodies, forms."""
