"""A mail's bytes as a Message: headers, texts and parts, however the client wrote them."""
