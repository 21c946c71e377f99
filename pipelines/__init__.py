"""One Page passes these stages in the order of their numbers: label, count, sink."""
