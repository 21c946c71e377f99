"""What can go wrong with the index: one class per failure a caller can act on, each message one plain sentence."""

from __future__ import annotations


class LinkIndexError(Exception):
    """Base of every error of this package; its message says what happened and what to do."""


class UsageMistake(LinkIndexError):
    """The question cannot be asked as it was put: the command line ends with status 2, not 1."""


class BadTarget(UsageMistake):
    """No URL, prefix, host or domain can be read from the target."""


class BadCursor(UsageMistake):
    """The cursor is not one that a previous answer to the same question gave."""


class BadRules(UsageMistake):
    """A file of rules, seeds or thresholds cannot be read or says what is not known."""


class IndexUnavailable(LinkIndexError):
    """No database answers."""


class PortTaken(IndexUnavailable):
    """The port asked for belongs to another program."""


class ServerMissing(IndexUnavailable):
    """Neither mongod nor secantusd-py is installed."""


class StartFailed(IndexUnavailable):
    """The embedded server ended before it answered; the message holds the tail of its log."""
