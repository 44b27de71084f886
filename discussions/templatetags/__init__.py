"""Tags of topic pages."""
