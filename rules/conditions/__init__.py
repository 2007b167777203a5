"""The language of conditions: one Chinese sentence in, a tree of judgements or all its flaws out."""
