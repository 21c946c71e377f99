"""The words of the links to a target: what kind of anchor each is, how they vary, and when they look arranged."""
