"""Rich text, as a file and within winmail.dat."""
