"""The inverse of lowering: what a server holds, as a person would write it.  Pure.

One row a kind (`every.py`); what may not be said, and what has to stay a secret, is the
business of the `Pen` that every row writes with.
"""
