"""Word files of every age, as they are saved by Word, WPS and others."""
