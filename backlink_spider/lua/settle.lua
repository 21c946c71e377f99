-- ARGV[3]: serials of pages that are done, joined by spaces; [4]: 1 if the suspect has survived; then groups of host,
-- token, ms of rest (-1: the host stays leased), delay ms of its own (-1: as it is). A token of 0 only puts the host off.
-- returns {pages done, hosts released}
local f = T .. 'f:' .. SESSION
local serials, released, done, is_there = {}, 0, 0, call('EXISTS', M) == 1
for serial in string.gmatch(ARGV[3], '%d+') do serials[#serials + 1] = serial end
if ARGV[4] == '1' then call('HDEL', f, 's') end
for i = 5, #ARGV, 4 do
  local host, rest, own = ARGV[i], tonumber(ARGV[i + 2]), tonumber(ARGV[i + 3])
  local next_at, delay, owner, token = polite(host)
  if own >= 0 then delay = own end
  if ARGV[i + 1] == '0' then
    set_polite(host, math.max(next_at, NOW + rest), delay, owner, token)
  elseif owner == SESSION and token == tonumber(ARGV[i + 1]) then
    if rest < 0 then set_polite(host, next_at, delay, owner, token)
    else
      next_at = math.max(next_at, NOW + rest)
      set_polite(host, next_at, delay, 0, token)
      call('HDEL', f, 'b' .. token)
      local dmin, _, _, spent = queue(host)
      if dmin ~= EMPTY and spent == 0 then line_up(host, dmin, next_at) end
      released = released + 1
    end
  end
end
for i = 1, #serials, 1000 do done = done + call('HDEL', f, unpack(serials, i, math.min(i + 999, #serials))) end
if is_there then  -- else the run was swept meanwhile
  count('queued', -done); count('fetched', done); count('flying', -done)
end
return {done, released}
