-- Leases a host without a page: for the robots.txt that another host's robots.txt redirects to.
-- ARGV[3]: host; [4]: 0, or the token to give it back; [5]: ms of rest, if it is not put off for longer. returns
-- {0, token, delay ms of its own}, or {ms to wait}
local host, token = ARGV[3], tonumber(ARGV[4])
local f = T .. 'f:' .. SESSION
local next_at, delay, owner, held = polite(host)
if token > 0 then
  call('HDEL', f, 'b' .. token)
  if owner == SESSION and held == token then
    next_at = math.max(next_at, NOW + ARGV[5])
    set_polite(host, next_at, delay, 0, token)
    local dmin, _, _, spent = queue(host)
    if dmin ~= EMPTY and spent == 0 then line_up(host, dmin, next_at) end
  end
  return {0, token, delay}
end
if call('EXISTS', M) == 0 then return redis.error_reply('NOCRAWL') end
if not call('ZSCORE', T .. 'w', SESSION) then return redis.error_reply('LOST') end
if owner ~= 0 then return {250} end
if next_at > NOW then return {next_at - NOW} end
token = call('HINCRBY', M, 'serial', 1) - 1
call('HSET', f, 'b' .. token, held_host(host))
call('ZREM', P .. 'd', host)
set_polite(host, next_at, delay, SESSION, token)
return {0, token, delay}
