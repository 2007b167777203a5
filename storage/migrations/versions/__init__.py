"""One module a version, in order; never changed once released."""
