-- Queues again what is in flight: of sessions whose lease is over (ARGV[4] = 'dead'; of any crawl), or of the caller's own
-- but for the serials in ARGV[5] and without ending the leases of the tokens in ARGV[6], both joined by spaces
-- (ARGV[4] = 'own'). ARGV[3]: default delay ms.
-- returns pairs of crawl, pages put back
local DEATHS, LOSSES = 3, 30       -- of a page, before it is a dead letter
local dead, keep, held, back = ARGV[4] == 'dead', {}, {}, {}
for serial in string.gmatch(ARGV[5] or '', '%d+') do keep[serial] = true end
for token in string.gmatch(ARGV[6] or '', '%d+') do held[tonumber(token)], keep['b' .. token] = true, true end

local function queue_again(host, dlen, depth, entry, is_suspect)
  local losses, deaths = 0, 0
  if string.byte(entry) == 1 then
    losses, deaths, entry = string.byte(entry, 2) - 32, string.byte(entry, 3) - 32, string.sub(entry, 4)
  end
  if dead then
    losses, deaths = losses + 1, deaths + (is_suspect and 1 or 0)
    if deaths >= DEATHS or losses >= LOSSES then
      call('LPUSH', P .. 'dead', NOW .. ' ' .. losses .. ' ' .. deaths .. ' killed ' .. host .. ' ' .. entry)
      call('LTRIM', P .. 'dead', 0, 9999)
      count('buried', 1); count('queued', -1); count('fetched', 1)
      return 0
    end
  end
  if losses > 0 then entry = string.char(1, 32 + losses, 32 + deaths) .. entry end
  local dmin, dmax, _, spent = queue(host)
  if spent > 0 then                  -- it gets back what these pages had taken of the budget
    count_all_aside(host, dmin, dmax, spent, -1)
    call('SREM', P .. 'x', host)
  end
  call('LPUSH', urls(depth, host), entry)
  set_queue(host, math.min(dmin, depth), math.max(dmax, depth), dlen, 0)
  if call('EXISTS', P .. 'n') == 1 then call('HINCRBY', P .. 'n', string.sub(host, -dlen), -1) end
  if call('EXISTS', P .. 'nh') == 1 then call('HINCRBY', P .. 'nh', host, -1) end
  return 1
end

local function end_session(session)
  local f = T .. 'f:' .. session
  local all, rows, hosts, suspect = call('HGETALL', f), {}, {}, nil
  for i = 1, #all, 2 do
    if all[i] == 's' then suspect = all[i + 1]
    elseif not keep[all[i]] then rows[#rows + 1] = {tonumber((string.gsub(all[i], '^b', ''))), all[i], all[i + 1]} end
  end
  table.sort(rows, function(a, b) return a[1] > b[1] end)  -- the first in line comes to the head last
  for _, row in ipairs(rows) do
    local crawl, depth, dlen, host, entry = string.match(row[3], '^(%d+) (%S+) (%d+) (%S+) (.*)$')
    P = T .. crawl .. ':'; M = P .. 'm'
    call('HDEL', f, row[2])
    if depth ~= '-' and call('EXISTS', M) == 1 then  -- else the run was swept meanwhile
      count('flying', -1)
      back[crawl] = (back[crawl] or 0) + queue_again(host, tonumber(dlen), tonumber(depth), entry, suspect == row[2])
    end
    hosts[P .. host] = {P, host}
  end
  for _, pair in pairs(hosts) do
    P = pair[1]; M = P .. 'm'
    local host = pair[2]
    local next_at, delay, owner, token = polite(host)
    if owner == tonumber(session) and not held[token] then
      next_at, owner = math.max(next_at, NOW + math.max(delay, tonumber(ARGV[3]))), 0
      set_polite(host, next_at, delay, 0, token)
    end
    local dmin, _, _, spent = queue(host)
    if owner == 0 and dmin ~= EMPTY and spent == 0 then line_up(host, dmin, next_at) end
  end
  if dead then call('DEL', f); call('ZREM', T .. 'w', session) end
end

if dead then
  for _, session in ipairs(call('ZRANGEBYSCORE', T .. 'w', '-inf', NOW, 'LIMIT', 0, 4)) do end_session(session) end
else end_session(ARGV[2]) end
local answer = {}
for crawl, n in pairs(back) do answer[#answer + 1] = tonumber(crawl); answer[#answer + 1] = n end
return answer
