"""Chinese text as people type it: widths, blanks, numerals, traditional characters, spellings."""
