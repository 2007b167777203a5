"""The built-in mail server on loopback: IMAP and SMTP for the demo, and 163's ways and bad days for tests."""
