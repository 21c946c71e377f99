"""Every setting once, with its reason where it departs from Scrapy's default; the other modules are overlays.

Settings named BACKLINKS_* are this project's own; docs/settings.md describes each.
"""

from importlib.metadata import PackageNotFoundError, version

try:
    _VERSION = version("open-backlink-index")
except PackageNotFoundError:  # run from an egg or a plain checkout
    _VERSION = "0"

# --- Identity: who asks, and where to complain ---------------------------------------------------------------------
BOT_NAME = "OpenBacklinkBot"
# Product token, version and a contact URL; an operator puts a page of their own here.
USER_AGENT = f"{BOT_NAME}/{_VERSION} (+https://github.com/open-backlink-index)"
ROBOTSTXT_USER_AGENT = BOT_NAME  # RFC 9309 matches the bare product token

# --- Manners -------------------------------------------------------------------------------------------------------
ROBOTSTXT_OBEY = True  # default False
DOWNLOAD_DELAY = 1.0  # default 0; seconds between the end of a host's request and the start of its next
DOWNLOAD_DELAY_JITTER = 0  # default 0.5, which would halve a delay that was promised
CONCURRENT_REQUESTS_PER_DOMAIN = 1  # default 8
BACKLINKS_MAX_CRAWL_DELAY = 60.0  # seconds; a longer crawl-delay is clamped to it and counted
BACKLINKS_ROBOTS_MAX_AGE = 86400.0  # seconds for which a robots.txt holds; RFC 9309: a day at most
BACKLINKS_ROBOTS_RETRY = 10.0  # seconds until one that cannot be had is asked for again; twice as long each time
BACKLINKS_ROBOTS_CACHE_ORIGINS = 20_000  # of which the rules are remembered, those used last
BACKLINKS_ROBOTS_CACHE_BYTES = 64 * 1024**2  # that these may take
BACKLINKS_RETRY_BACKOFF = 1.0  # seconds; the nth retry of a URL waits 2**n times as long; a host in trouble likewise
BACKLINKS_MAX_BACKOFF = 60.0  # seconds; neither waits longer than this by itself
BACKLINKS_MAX_RETRY_AFTER = 300.0  # seconds; nor than this because of a Retry-After
COOKIES_ENABLED = False  # default True; a crawler is nobody's session

# --- Scope of a crawl; the options of `backlinks crawl` win ----------------------------------------------------------
BACKLINKS_MAX_DEPTH = None  # links away from a seed; None: no limit
BACKLINKS_MAX_PAGES = 10_000  # in all; 0: no limit
BACKLINKS_MAX_PAGES_PER_DOMAIN = 0  # per registrable domain; 0: no limit
BACKLINKS_MAX_PAGES_PER_HOST = 0  # per host, of which a domain may have very many; 0: no limit
BACKLINKS_FOLLOW_EXTERNAL = True  # go outward to other domains; False: only record links to them
BACKLINKS_SUBDOMAINS = True  # sub-domains of the seeds' domains belong to them
BACKLINKS_FOLLOW_NOFOLLOW = False  # fetch what is linked by nofollow links alone
BACKLINKS_ALLOW_DOMAINS = ""  # if any: go nowhere else than these and the seeds' domains
BACKLINKS_DENY_DOMAINS = ""  # never go there

# --- Traps: URLs without an end ------------------------------------------------------------------------------------
BACKLINKS_TRAP_RULES = True  # False: fetch whatever is linked
BACKLINKS_TRAP_PAGES = 100  # of one shape of URL, before pages that say nothing new may make it a trap
BACKLINKS_TRAP_HOSTS = 30  # sub-domains of a domain, likewise
BACKLINKS_TRAP_TOLD = 10  # refusals of a host by one rule that are told as pages; the others are counted
BACKLINKS_TRAP_PATH_SEGMENTS = 20  # Heritrix' bound
BACKLINKS_TRAP_REPEATS = 3  # of the same segments, parameters or host labels, from which a URL is refused; Heritrix'
BACKLINKS_TRAP_QUERY_LENGTH = 1000  # characters; the longest of search forms have a third of it
BACKLINKS_TRAP_YEARS_AHEAD = 5  # dates beyond are a calendar's without an end

# --- Network and limits ----------------------------------------------------------------------------------------------
BACKLINKS_ALLOWED_NETWORKS = ""  # networks to contact although they are not public, such as 127.0.0.0/8
# Of public addresses; on any other a link would have the crawler talk to what is no web server (mail, databases).
BACKLINKS_ALLOWED_PORTS = [80, 443, 8080, 8443]
DOWNLOAD_TIMEOUT = 30  # default 180 s
DOWNLOAD_MAXSIZE = 10 * 1024 * 1024  # default 1 GiB; of a body as it comes, and again as it is decompressed
BACKLINKS_MAX_BYTES_UNDER_WAY = 32 * 1024 * 1024  # of all bodies that come at a time; beyond, connections wait
BACKLINKS_MAX_HEADERS = 500  # of a reply; servers send twenty, and Node.js reads no more than 2,000
BACKLINKS_MAX_HEADER_SIZE = 64 * 1024  # bytes of all of them; servers take 8 to 16 KiB from a client
BACKLINKS_MAX_URL_LENGTH = 2083  # characters; what Scrapy's URLLENGTH_LIMIT and most browsers stop at
BACKLINKS_MAX_LINKS_PER_PAGE = 65_000  # the rest is counted; a link's id has 16 bits for its number
BACKLINKS_MAX_ANCHOR_LENGTH = 1_000  # characters of an anchor, and of a title
BACKLINKS_MAX_TEXT_PER_PAGE = 8_000_000  # characters of URLs, anchors and contexts that are kept of one page
BACKLINKS_MAX_NESTING = 10_000  # elements inside each other; browsers stop at 512
BACKLINKS_MAX_PARSE_MEMORY = 128 * 1024 * 1024  # bytes of a parsed page: one of 65,000 usual links takes 100 MiB
BACKLINKS_MAX_PARSE_TIME = 0.75  # seconds of processor time; 10 MiB that people wrote take 0.3
DOWNLOAD_WARNSIZE = 0  # default 32 MiB; what is too large is an outcome of the page, not a warning
CONCURRENT_REQUESTS = 64  # default 16; one a host, so many hosts are needed to keep a processor busy
RETRY_TIMES = 2
RETRY_EXCEPTIONS = [  # without Twisted's, which would import its whole HTTP client: no reactor runs here
    "scrapy.exceptions.CannotResolveHostError",
    "scrapy.exceptions.DownloadConnectionRefusedError",
    "scrapy.exceptions.DownloadFailedError",
    "scrapy.exceptions.DownloadTimeoutError",
    "scrapy.exceptions.ResponseDataLossError",
]
RETRY_GIVE_UP_LOG_LEVEL = "DEBUG"  # default ERROR; the failure is recorded as the page's outcome
BACKLINKS_ROBOTS_AGENTS = ["googlebot"]  # page-level directives count if they address all agents or one of these

# --- Where things are ------------------------------------------------------------------------------------------------
SPIDER_MODULES = ["backlink_spider.spiders"]
COMMANDS_MODULE = "backlinks.scrapy_commands"  # `scrapy crawl` says a user's mistake in a sentence
MONGODB_URI = None  # else the environment's MONGODB_URI, else the embedded server
BACKLINKS_DATA_DIR = None  # else the environment's BACKLINKS_DATA_DIR, else .backlinks beside scrapy.cfg
BACKLINKS_SPOOL_MAX_BYTES = 10 * 1024**3  # of pages waiting for MongoDB; then the crawl pauses
BACKLINKS_DISK_RESERVE = 100 * 1024**2  # bytes; with less on the data folder's disk the crawl pauses; 0: never
BACKLINKS_METRICS_ADDRESS = (
    ""  # of a worker, for Prometheus: 127.0.0.1:9410, 0.0.0.0:9410-9419; "": the environment's, else off
)
BACKLINKS_PROGRESS_INTERVAL = 10.0  # seconds between progress lines where there is no terminal

# --- One crawl by many workers: settings.cluster switches it on ------------------------------------------------------
BACKLINKS_SHARED_CRAWL = False
REDIS_URL = None  # else the environment's REDIS_URL
BACKLINKS_FRONTIER_SHARDS = 16  # fixed by the first crawl of a Redis; 256 for Redis Cluster
BACKLINKS_LEASE = 60.0  # seconds after which a silent worker's pages are others'; twice DOWNLOAD_TIMEOUT or more
BACKLINKS_SEEN_EXPIRY = 0  # seconds; a URL may be found anew after one to two times this; 0: not in this crawl
BACKLINKS_IDLE_BEFORE_END = 0.0  # seconds without work before a crawl ends; -1: it stays open for new seeds

# --- Components, in the order a page meets them --------------------------------------------------------------------
SCHEDULER = "backlink_spider.scheduler.FrontierScheduler"  # Scrapy's job folder does not survive a SIGKILL
DOWNLOAD_HANDLERS = {
    "http": "backlink_spider.download_handler.PublicDownloadHandler",
    "https": "backlink_spider.download_handler.PublicDownloadHandler",
    "data": None,
    "file": None,
    "ftp": None,
    "s3": None,
}
DOWNLOADER = "backlink_spider.downloader.DirectDownloader"  # a request whose host is due needs no queue
# Three chains take the place of Scrapy's own: what is merely set to None is imported all the same, a tenth of a second
# at each start. DOWNLOADER_MIDDLEWARES, SPIDER_MIDDLEWARES and EXTENSIONS are left to whoever adds to them.
DOWNLOADER_MIDDLEWARES_BASE = {
    # No decompression: the handler does it while a body comes. No offsite: the scope is asked before a URL is queued.
    # No meta refresh: it is read with the page's links. No timeout: the handler knows it. No stats: outcomes are
    # counted by the spider.
    "backlink_spider.middlewares.traps.TrapMiddleware": 50,  # before robots.txt is asked for
    "backlink_spider.middlewares.robots.RobotsMiddleware": 100,
    "backlink_spider.middlewares.request_headers.RequestHeadersMiddleware": 400,
    "backlink_spider.middlewares.retry.RetryAfterMiddleware": 550,
    # Sees the 3xx before anything else.
    "backlink_spider.middlewares.redirect_hops.RedirectHopsMiddleware": 610,
    "backlink_spider.middlewares.proxy.ProxyMiddleware": 750,
}
STATS_CLASS = "backlink_spider.stats_collector.PlainStatsCollector"
# None: every status is an outcome, the frontier keeps the depth, longer URLs never leave the page reader; and each
# would take a Page through two more generators.
SPIDER_MIDDLEWARES_BASE: dict[str, int] = {}
ITEM_PROCESSOR = "backlink_spider.direct_pipelines.DirectPipelines"  # two of three pipelines wait for nothing
ITEM_PIPELINES = {
    "pipelines.link_labels.LinkLabelPipeline": 100,
    "pipelines.outbound_counts.OutboundCountPipeline": 200,  # counts by label
    "pipelines.mongo_sink.MongoSinkPipeline": 900,  # stores what the others found
}
EXTENSIONS_BASE = {
    "backlink_spider.log_lines.LogLines": 0,  # what the web says is no line of the log
    "backlink_spider.direct_output.DirectOutput": 0,
    "backlink_spider.quiet_signals.QuietSignals": 0,
    "backlink_spider.start_and_end.StartAndEnd": 0,  # first: the others read the reason a crawl ended for
    "backlink_spider.disk_room.DiskRoom": 0,
    "scrapy.extensions.logcount.LogCount": 0,
    "scrapy.extensions.memusage.MemoryUsage": 0,
    "scrapy.extensions.closespider.CloseSpider": 0,
    "scrapy.extensions.feedexport.FeedExporter": 0,
    "scrapy.extensions.logstats.LogStats": 0,
    "backlinks.progress.Progress": 500,
    "backlinks.crawl_summary.CrawlSummary": 900,
    # Not in here, so not even imported: what would let anyone steer a crawler from outside.
}

# --- The engine ----------------------------------------------------------------------------------------------------
TWISTED_REACTOR_ENABLED = False  # default True; plain asyncio costs less a page
ASYNCIO_EVENT_LOOP = "uvloop.Loop"
CONCURRENT_ITEMS = 1  # default 100, which starts a hundred tasks a response; a response yields one item here
SCRAPER_SLOT_MAX_ACTIVE_SIZE = 8_000_000  # default 5,000,000; bytes of bodies whose links wait for the sink
TELNETCONSOLE_ENABLED = False  # default True
REMOTE_CONTROL_ENABLED = False  # default True
WARN_ON_GENERATOR_RETURN_VALUE = False  # default True; looked up for each callback
FEED_EXPORT_ENCODING = "utf-8"  # default None; escapes every letter beyond ASCII in a feed

# --- Logging -------------------------------------------------------------------------------------------------------
LOG_LEVEL = "INFO"  # default DEBUG
LOG_FORMATTER = "backlink_spider.log_formatter.QuietLogFormatter"
LOGSTATS_INTERVAL = 0  # default 60 s; the progress says more
