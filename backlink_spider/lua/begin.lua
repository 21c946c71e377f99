-- KEYS[1]: the run, {backlinks:N}. ARGV: name, label, options as JSON ('' to take the stored ones), pages (0: no limit),
-- ms since the caller was started, 1 if it brings seeds, most workers (0: any), session, about as JSON, ms after which a
-- silent worker counts as dead
-- returns {word, ...}: anew | over reason | other options | full workers | draining | joined created options seeds
local call, K = redis.call, KEYS[1]
local clock = call('TIME')
local NOW = clock[1] * 1000 + math.floor(clock[2] / 1000)
local name, label, options, pages = ARGV[1], ARGV[2], ARGV[3], tonumber(ARGV[4])
local r = call('HMGET', K, 'state', 'label', 'options', 'reason', 'finished', 'taken')
local created = 0
if not r[1] then
  if options == '' then return {'unknown'} end
  created = 1
  call('HSET', K, 'name', name, 'label', label, 'options', options, 'started', NOW, 'taken', 0, 'seeds', 0)
elseif r[1] == 'finished' then
  if (label ~= '' and label == r[2]) or tonumber(r[5]) > NOW - ARGV[5] then return {'over', r[4]} end
  if not (r[4] == 'limit_pages' and (pages == 0 or pages > tonumber(r[6]))) then
    if options == '' then return {'over', r[4]} end
    return {'anew'}
  end
  call('HDEL', K, 'reason', 'finished')
elseif r[1] == 'draining' then return {'draining'}
elseif options ~= '' and options ~= r[3] then return {'other', r[3]} end
local alive = call('ZCOUNT', K .. ':workers', NOW - ARGV[10], '+inf')
if tonumber(ARGV[7]) > 0 and alive >= tonumber(ARGV[7]) then return {'full', alive} end
if r[1] ~= 'paused' then call('HSET', K, 'state', 'running') end
if options ~= '' then call('HSET', K, 'pages', pages) end
call('ZADD', K .. ':workers', NOW, ARGV[8])
call('HSET', K .. ':about', ARGV[8], ARGV[9])
if ARGV[6] == '1' then call('SADD', K .. ':seeding', ARGV[8]) end
return {'joined', created, call('HGET', K, 'options'), tonumber(call('HGET', K, 'seeds'))}
