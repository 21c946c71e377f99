"""Words of any language: taken apart, reduced to their stems, rid of what carries no theme."""
