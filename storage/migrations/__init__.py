"""The schema's history, one file a version; run by `storage.database.Database.upgrade`."""
