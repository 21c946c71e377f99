-- KEYS[1]: scrapy-redis' start-urls key, KEYS[2]: what was taken from it and is not queued yet, in the same slot
-- ARGV: how many, list | set | zset, ms after which what was taken is taken again. returns the members
local call, key, taken = redis.call, KEYS[1], KEYS[2]
local clock = call('TIME')
local NOW = clock[1] * 1000 + math.floor(clock[2] / 1000)
local members = call('ZRANGEBYSCORE', taken, '-inf', NOW - ARGV[3], 'LIMIT', 0, ARGV[1])
local more = ARGV[1] - #members
if more > 0 then
  local new
  if ARGV[2] == 'set' then new = call('SPOP', key, more)
  elseif ARGV[2] == 'zset' then
    new = call('ZREVRANGE', key, 0, more - 1)
    if #new > 0 then call('ZREM', key, unpack(new)) end
  else new = call('LPOP', key, more) or {} end
  for _, member in ipairs(new) do members[#members + 1] = member end
end
for _, member in ipairs(members) do call('ZADD', taken, NOW, member) end
return members
