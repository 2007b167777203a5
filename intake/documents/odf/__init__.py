"""OpenDocument texts and sheets."""
