"""What a misspelt word was meant to be.

To compare two words takes the product of their lengths: what is compared is bounded, so
that no file makes a hint take longer than everything else together.
"""

import difflib
import heapq
from collections.abc import Iterable
from itertools import islice

_LONGEST = 100  # letters; nobody misspells a longer word
_MOST_KNOWN = 1_000
_MOST_COMPARED = 50


def nearest(word: str, known: Iterable[str], *, cutoff: float = 0.6) -> list[str]:
    """The known word that is most like `word`, alone in a list; an empty list for none.

    Of very many known words only those that share most letters with it are compared.
    """
    if len(word) > _LONGEST:
        return []
    words = [each for each in islice(known, _MOST_KNOWN) if len(each) <= _LONGEST]
    if len(words) > _MOST_COMPARED:
        letters = set(word)
        words = heapq.nsmallest(_MOST_COMPARED, words, key=lambda one: len(letters ^ set(one)))
    return difflib.get_close_matches(word, words, n=1, cutoff=cutoff)
