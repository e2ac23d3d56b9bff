"""Text made from what a server or another tool has, and held against the compiler itself."""
