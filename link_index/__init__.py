"""The reverse link index: who links to this target? Knows MongoDB, knows no crawler."""
