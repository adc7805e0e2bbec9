"""What decorators and routers record before anything is resolved or compiled."""
