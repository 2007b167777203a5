"""Which text of a document was written for which field of a campaign's form."""
