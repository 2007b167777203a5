"""What is kept: the database, the raw-mail archive, cases, outgoing mail, migrations."""
