"""What leaves: replies and the digest are composed here, and sent."""
