"""config.toml as typed values; an unknown key or a wrong value names file, table, key and the mend."""
