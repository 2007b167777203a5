"""Files turned into one neutral Document, whatever their format was."""
