"""The `deploy` command: reads options, calls the libraries, prints.  Never decides."""
