"""Where mail comes from: an IMAP server or a Maildir, as batches of new mail, none lost and none twice."""
