"""Where text has a place on a page: PDFs, scans, photographs."""
