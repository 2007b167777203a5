"""The program: configuration, pipeline, daemon, commands; the only place where the parts meet."""
