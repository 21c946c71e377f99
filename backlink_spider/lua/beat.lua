-- KEYS[1]: the run. ARGV: session ('' only to look), about as JSON, 1 once its seeds are all queued, ms after which a
-- silent worker counts as dead, 1 if it leaves
-- returns {state, reason, workers alive, workers that are seeding, 1 if this worker is to drain, pages, taken}
local call, K, session = redis.call, KEYS[1], ARGV[1]
local clock = call('TIME')
local NOW = clock[1] * 1000 + math.floor(clock[2] / 1000)
local r = call('HMGET', K, 'state', 'reason', 'pages', 'taken')
if not r[1] then return redis.error_reply('NOCRAWL') end
local function gone(s)
  call('ZREM', K .. ':workers', s); call('SREM', K .. ':seeding', s); call('SREM', K .. ':drain', s)
end
for _, s in ipairs(call('ZRANGEBYSCORE', K .. ':workers', '-inf', NOW - ARGV[4])) do
  gone(s)
  call('LPUSH', K .. ':lost', NOW .. ' ' .. s .. ' ' .. (call('HGET', K .. ':about', s) or '{}'))
  call('LTRIM', K .. ':lost', 0, 99)
  call('HDEL', K .. ':about', s)
end
if ARGV[5] == '1' then gone(session); call('HDEL', K .. ':about', session)
elseif session ~= '' then
  call('ZADD', K .. ':workers', NOW, session)
  call('HSET', K .. ':about', session, ARGV[2])
end
if ARGV[3] == '1' and call('SREM', K .. ':seeding', session) == 1 then call('HSET', K, 'seeded', 1) end
return {r[1], r[2] or '', call('ZCARD', K .. ':workers'), call('SCARD', K .. ':seeding'),
  call('SISMEMBER', K .. ':drain', session), tonumber(r[3] or 0), tonumber(r[4] or 0)}
