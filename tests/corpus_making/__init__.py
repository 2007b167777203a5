"""What the corpus is made of, a module a topic: each yields samples, lazily."""
