"""An admin's TOML files: read with the place of every value, and every fault told in Chinese with its mend."""
