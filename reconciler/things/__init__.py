"""Kinds of things that stand alone under a name: how each is read and written.

One kind, one file; `every` lists them.
"""
