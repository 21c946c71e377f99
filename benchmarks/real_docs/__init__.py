"""The proof on real input: documentation nobody here wrote, crawled for real and read a second time by other means."""
