"""The page: how all stacks stand, live, and what may be done about it.

What it shows is made by pure functions from what the controller keeps of each stack; the
server is asked only for the history, and for what is suspended.
"""
