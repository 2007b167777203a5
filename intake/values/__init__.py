"""A field's text as a value, or the reason why it is none."""
