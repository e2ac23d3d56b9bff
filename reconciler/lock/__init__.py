"""One apply per stack: a lease on the server, and beside it a record of who holds it.

The lease is on a global concurrency limit of one slot.  The server may forget a lease,
and never forgets that its slot is taken; so a lock that nobody holds any more is freed
by deleting the limit, by its id: of two who do so one does, and whoever has a lease on
the next limit of that name loses nothing by it.
"""
