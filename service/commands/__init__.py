"""The commands of `intake`, one file a group; each is imported only when it is called."""
