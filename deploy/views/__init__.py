"""What is shown: pure functions from values to text, a format a file."""
