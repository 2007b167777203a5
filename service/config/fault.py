"""The fault of a configuration that cannot be used, found only when it is."""


class ConfigFault(Exception):
    """The configuration cannot be used as it is. The message is a Chinese sentence with the mend."""
