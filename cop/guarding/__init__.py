"""Guarding: what newcomers may do, what is held until somebody looks, and forms that programs fill in."""
