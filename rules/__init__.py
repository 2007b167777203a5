"""What a campaign asks for and how its cases are triaged: the TOML, and the small engine that reads it."""
