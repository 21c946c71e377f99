-- KEYS[1]: the run. ARGV: pages wanted, pages given back. returns pages granted
local r = redis.call('HMGET', KEYS[1], 'pages', 'taken')
if not r[2] then return redis.error_reply('NOCRAWL') end
local pages, taken = tonumber(r[1] or 0), math.max(tonumber(r[2]) - ARGV[2], 0)
local granted = tonumber(ARGV[1])
if pages > 0 then granted = math.max(math.min(granted, pages - taken), 0) end
redis.call('HSET', KEYS[1], 'taken', taken + granted)
return granted
