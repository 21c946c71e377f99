-- KEYS[1]: backlinks:crawls, a hash of crawl name -> number. ARGV: name, number of the run to replace ('' to join), shards
-- returns {number of the crawl's run, shards of this Redis, a new session}
local key, name = KEYS[1], ARGV[1]
redis.call('HSETNX', key, '#shards', ARGV[3])
local n = redis.call('HGET', key, name)
if not n or n == ARGV[2] then
  if n then redis.call('SADD', '{' .. key .. '}:dropped', n) end
  n = redis.call('HINCRBY', key, '#run', 1)
  redis.call('HSET', key, name, n)
end
return {tonumber(n), tonumber(redis.call('HGET', key, '#shards')), redis.call('HINCRBY', key, '#session', 1)}
