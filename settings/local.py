"""One machine: the frontier in a file, the embedded database unless MONGODB_URI names another."""

from settings.base import *  # noqa: F403

LOG_LEVEL = "WARNING"  # a person watches the progress and reads the summary
STATS_DUMP = False
