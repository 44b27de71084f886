"""Tags that say what needs care."""
