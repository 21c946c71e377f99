-- ARGV[3]: serials of pages that are done, joined by spaces; [4]: 1 if the suspect has survived; [5]: lines of host,
-- token, ms of rest (-1: the host stays leased), delay ms of its own (-1: as it is). A token of 0 only puts the host off;
-- [6]: serials of pages that were not asked for and will not be: they count as neither fetched nor taken of a budget.
-- returns {pages done, hosts released}
local f = T .. 'f:' .. SESSION
local serials, released, done, is_there = {}, {}, 0, call('EXISTS', M) == 1
for serial in string.gmatch(ARGV[3], '%d+') do serials[#serials + 1] = serial end
if ARGV[4] == '1' then call('HDEL', f, 's') end
for host, given, rest, own in string.gmatch(ARGV[5], '(%S+) (%d+) (%-?%d+) (%-?%d+)\n') do
  rest, own = tonumber(rest), tonumber(own)
  local next_at, delay, owner, token = polite(host)
  if own >= 0 then delay = own end
  if given == '0' then
    set_polite(host, math.max(next_at, NOW + rest), delay, owner, token)
  elseif owner == SESSION and token == tonumber(given) then
    if rest < 0 then set_polite(host, next_at, delay, owner, token)
    else
      next_at = math.max(next_at, NOW + rest)
      set_polite(host, next_at, delay, 0, token)
      local dmin, _, _, spent = queue(host)
      if dmin ~= EMPTY and spent == 0 then line_up(host, dmin, next_at) end
      released[#released + 1] = 'b' .. token
    end
  end
end
local function dropped(fields)
  local n = 0
  for i = 1, #fields, 1000 do n = n + call('HDEL', f, unpack(fields, i, math.min(i + 999, #fields))) end
  return n
end
done = dropped(serials)
dropped(released)
local skipped = 0
for serial in string.gmatch(ARGV[6] or '', '%d+') do
  local row = call('HGET', f, serial)
  if row then
    call('HDEL', f, serial)
    skipped = skipped + 1
    local dlen, host = string.match(row, '^%d+ %S+ (%d+) (%S+) ')
    local domain = string.sub(host, -tonumber(dlen))
    if call('HEXISTS', P .. 'n', domain) == 1 then call('HINCRBY', P .. 'n', domain, -1) end
    if call('HEXISTS', P .. 'nh', host) == 1 then call('HINCRBY', P .. 'nh', host, -1) end
  end
end
if is_there then  -- else the run was swept meanwhile
  count('queued', -done - skipped); count('fetched', done); count('flying', -done - skipped)
end
return {done, #released}
