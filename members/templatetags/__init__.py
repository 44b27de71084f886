"""Tags that know who reads."""
