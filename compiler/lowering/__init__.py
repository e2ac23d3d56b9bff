"""From what was written to what shall exist; one file for what has much in common."""
