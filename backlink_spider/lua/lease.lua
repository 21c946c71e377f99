-- Renews the session's lease on all it holds here, and leases more.
-- ARGV[3]: lease ms; [4]: 1 if the session has not been here or knows that it was ended; [5]: hosts wanted; [6]: pages
-- wanted; [7]: pages a host at most; [8]: ms for which a host's pages should keep the worker busy; [9]: the crawl's own
-- delay ms; [10]: pages a domain, 0 for no limit; [11]: pages a host, likewise
-- returns {pages granted, ms until something may be due (-1: nothing waits), queued, fetched, aside, pushed, seeds
-- version, serial, aside for their own budget, host...}, a host being {host, depth, delay ms, token = first page's serial,
-- {name, what is known of it by traps.lua...}, entries...}
local m = call('HMGET', M, 'serial', 'queued', 'fetched', 'aside', 'pushed', 'seeds', 'aside_host')
if not m[1] then return redis.error_reply('NOCRAWL') end
local ttl, hosts, pages, each, busy = tonumber(ARGV[3]), tonumber(ARGV[5]), tonumber(ARGV[6]), tonumber(ARGV[7]), tonumber(ARGV[8])
local own_delay, per_domain, per_host = tonumber(ARGV[9]), tonumber(ARGV[10]), tonumber(ARGV[11])
if ARGV[4] ~= '1' and not call('ZSCORE', T .. 'w', SESSION) then return redis.error_reply('LOST') end
call('ZADD', T .. 'w', NOW + ttl, SESSION)
local f = T .. 'f:' .. SESSION
local serial, granted = tonumber(m[1]), 0
local answer = {0, -1, tonumber(m[2]), tonumber(m[3]), tonumber(m[4]), tonumber(m[5]), tonumber(m[6]), 0, tonumber(m[7] or 0)}

local function set_aside(host, dmin, dmax, dlen, spent)
  count_all_aside(host, dmin, dmax, spent, 1)
  set_queue(host, dmin, dmax, dlen, spent)
  call('SADD', P .. 'x', host)
end

local any_known, given = call('EXISTS', P .. 't') == 1, {}
local function known(host, dlen)
  local found = {}
  for _, name in ipairs(any_known and {host, #host > dlen and '*.' .. string.sub(host, -dlen) or nil} or {}) do
    local text = not given[name] and call('HGET', P .. 't', name)
    if text then found[#found + 1] = name; found[#found + 1] = text end
    given[name] = true
  end
  return found
end

local function grant(host, n, dmin, dmax, dlen, delay, next_at)
  local key = urls(dmin, host)
  local entries = call('LPOP', key, n)
  local flying, row = {'b' .. serial, held_host(host)}, {host, dmin, math.max(delay, own_delay), serial, known(host, dlen)}
  for j, entry in ipairs(entries) do
    flying[2 * j + 1] = serial
    flying[2 * j + 2] = ARGV[1] .. ' ' .. dmin .. ' ' .. dlen .. ' ' .. host .. ' ' .. entry
    row[5 + j] = entry
    serial = serial + 1
  end
  call('HSET', f, unpack(flying))
  if per_domain > 0 then call('HINCRBY', P .. 'n', string.sub(host, -dlen), #entries) end
  if per_host > 0 then call('HINCRBY', P .. 'nh', host, #entries) end
  if #entries < n or call('EXISTS', key) == 0 then
    local d = dmin
    repeat d = d + 1 until d > dmax or call('EXISTS', urls(d, host)) == 1
    set_queue(host, d > dmax and EMPTY or d, dmax, dlen, 0)
  end
  set_polite(host, next_at, delay, SESSION, row[4])
  granted, hosts = granted + #entries, hosts - 1
  answer[#answer + 1] = row
end

if hosts > 0 then
  for _, host in ipairs(call('ZRANGEBYSCORE', P .. 'r', '-inf', NOW, 'LIMIT', 0, 4 * hosts + 16)) do
    call('ZREM', P .. 'r', host)
    local dmin = queue(host)
    if dmin ~= EMPTY then call('ZADD', P .. 'd', dmin * TURN + NOW, host) end
  end
end
while hosts > 0 and granted < pages do
  local host = call('ZPOPMIN', P .. 'd')[1]
  if not host then break end
  local next_at, delay, owner = polite(host)
  local dmin, dmax, dlen = queue(host)
  if owner ~= 0 then call('ZADD', P .. 'r', NOW + 1000, host)    -- another crawl's worker is there
  elseif next_at > NOW then call('ZADD', P .. 'r', next_at, host)
  elseif dmin ~= EMPTY then
    local n = math.max(1, math.min(each, pages - granted, math.floor(busy / math.max(delay, own_delay, 1))))
    if per_domain > 0 then
      n = math.min(n, per_domain - tonumber(call('HGET', P .. 'n', string.sub(host, -dlen)) or 0))
    end
    local spent = n > 0 and 0 or 1
    if per_host > 0 and spent == 0 then
      n = math.min(n, per_host - tonumber(call('HGET', P .. 'nh', host) or 0))
      if n <= 0 then spent = 2 end
    end
    if spent == 0 then grant(host, n, dmin, dmax, dlen, delay, next_at) else set_aside(host, dmin, dmax, dlen, spent) end
  end
end
if granted > 0 then call('HSET', M, 'serial', serial); count('flying', granted) end
answer[1], answer[8] = granted, serial
if call('EXISTS', P .. 'd') == 1 then answer[2] = 0
else
  local first = call('ZRANGE', P .. 'r', 0, 0, 'WITHSCORES')
  if first[2] then answer[2] = math.max(first[2] - NOW, 0) end
end
return answer
