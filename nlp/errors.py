"""The one ancestor of every error that a user may see.

It lives in the lowest room so that every room can name its own errors below it.
"""

from __future__ import annotations


class VerbatimError(Exception):
    """Not done. One line: the place, what is wrong, what would be right.

    ``exit_status`` is what the command line ends with: 3, not done.
    """

    exit_status = 3


class WrongInput(VerbatimError):
    """Wrong use or a bad configuration: nothing was written. Exit status 2."""

    exit_status = 2
