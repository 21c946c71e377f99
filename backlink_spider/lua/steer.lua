-- KEYS[1]: the run. ARGV: the state it is to be in. A finished run stays so. returns the state before
local call, K = redis.call, KEYS[1]
local clock = call('TIME')
local before = call('HGET', K, 'state')
if not before then return redis.error_reply('NOCRAWL') end
if before == 'finished' then return before end
call('HSET', K, 'state', ARGV[1])
if ARGV[1] == 'finished' then
  call('HSET', K, 'reason', 'stopped', 'finished', clock[1] * 1000 + math.floor(clock[2] / 1000))
end
return before
