"""The GitOps loop: what is in Git is on the server, and stays there.

It asks the compiler and the reconciler for everything that matters, keeps nothing that
matters itself, and prints nothing: `deploy controller` runs it.
"""
