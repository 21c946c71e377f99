"""What is judged by numbers and lists: rules and thresholds as TOML files, each of which an operator may override."""
