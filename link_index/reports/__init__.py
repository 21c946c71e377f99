"""What is said of a target as a whole: reports, comparisons, opportunities, a disavow file."""
