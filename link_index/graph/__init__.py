"""The web of the index as compact arrays: streamed out of MongoDB, and written in the formats of graph engines."""
