"""Server to observed state; plan to outcomes.  Never parses YAML."""
