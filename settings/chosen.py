"""The overlay for this process: cluster where the environment's REDIS_URL names a Redis, else local."""

import os

if os.environ.get("REDIS_URL"):
    from settings.cluster import *  # noqa: F403
else:
    from settings.local import *  # noqa: F403
