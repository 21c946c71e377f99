-- KEYS[1]: the run. Changes nothing. returns {ms, its fields, number of seeds, workers and ms of their last beats, what
-- they say of themselves, who is seeding, who is to drain, who was lost}
local call, K = redis.call, KEYS[1]
local clock = call('TIME')
return {clock[1] * 1000 + math.floor(clock[2] / 1000), call('HGETALL', K), call('ZCARD', K .. ':seeds'),
  call('ZRANGE', K .. ':workers', 0, -1, 'WITHSCORES'), call('HGETALL', K .. ':about'), call('SMEMBERS', K .. ':seeding'),
  call('SMEMBERS', K .. ':drain'), call('LRANGE', K .. ':lost', 0, -1)}
