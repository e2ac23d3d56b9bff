"""What a flow's source says: where it is, what it is called, which parameters it takes.

Nothing here imports or executes a user's code; sources are parsed and read.
"""
