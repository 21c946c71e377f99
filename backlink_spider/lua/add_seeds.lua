-- KEYS[1]: the run. ARGV: URLs. Those that are no seeds yet become the last ones: a sorted set by the order in which they
-- came, so that who has read some can read on from there. returns how many seeds there are
local key = KEYS[1] .. ':seeds'
local count = redis.call('ZCARD', key)
for _, url in ipairs(ARGV) do count = count + redis.call('ZADD', key, 'NX', count + 1, url) end
return count
