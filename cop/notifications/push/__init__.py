"""Notifications that a browser shows while the site is closed (web push): off until somebody asks for them."""
