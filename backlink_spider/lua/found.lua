-- Makes the shard ready for a new run of a crawl. returns 1, or 0 if it was
if call('EXISTS', M) == 1 then return 0 end
call('HSET', M, 'buckets', 1, 'seen', 0, 'gen', 1, 'since', NOW, 'old', 0, 'trash', 0, 'serial', 1, 'queued', 0, 'flying', 0,
  'aside', 0, 'pushed', 0, 'fetched', 0, 'buried', 0, 'seeds', 0, 'aside_host', 0)
return 1
