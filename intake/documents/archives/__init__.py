"""Files that hold files: archives, attached mails, winmail.dat."""
