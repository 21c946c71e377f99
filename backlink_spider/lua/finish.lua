-- KEYS[1]: the run. ARGV: reason, pages fetched or in flight by the shards' own count, ms to stay idle first (-1: for ever)
-- returns the state afterwards; 'again' if the budget was not spent after all, 'waiting' while it may not end yet
local call, K = redis.call, KEYS[1]
local clock = call('TIME')
local NOW = clock[1] * 1000 + math.floor(clock[2] / 1000)
local r = call('HMGET', K, 'state', 'seeded', 'pages', 'taken', 'idle')
if not r[1] then return redis.error_reply('NOCRAWL') end
if r[1] ~= 'running' then return r[1] end
if call('SCARD', K .. ':seeding') > 0 or not r[2] then return 'waiting' end
if ARGV[1] == 'limit_pages' and tonumber(ARGV[2]) < tonumber(r[3] or 0) then
  call('HSET', K, 'taken', ARGV[2])
  return 'again'
end
local idle = tonumber(ARGV[3])
if ARGV[1] == 'finished' and idle ~= 0 then
  call('HSETNX', K, 'idle', NOW)
  if idle < 0 or NOW - tonumber(r[5] or NOW) < idle then return 'waiting' end
end
call('HSET', K, 'state', 'finished', 'reason', ARGV[1], 'finished', NOW)
return 'finished'
