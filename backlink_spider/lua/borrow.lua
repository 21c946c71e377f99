-- Leases a host without a page: for the robots.txt that another host's robots.txt redirects to.
-- ARGV[3]: host; [4]: 0, or the token to give it back; [5]: ms of rest. returns {0, token}, or {ms to wait}
local host, token = ARGV[3], tonumber(ARGV[4])
local f = T .. 'f:' .. SESSION
local next_at, delay, owner, held = polite(host)
if token > 0 then
  call('HDEL', f, 'b' .. token)
  if owner == SESSION and held == token then
    set_polite(host, NOW + ARGV[5], delay, 0, token)
    local dmin, _, _, spent = queue(host)
    if dmin ~= EMPTY and spent == 0 then line_up(host, dmin, NOW + ARGV[5]) end
  end
  return {0, token}
end
if call('EXISTS', M) == 0 then return redis.error_reply('NOCRAWL') end
if not call('ZSCORE', T .. 'w', SESSION) then return redis.error_reply('LOST') end
if owner ~= 0 then return {250} end
if next_at > NOW then return {next_at - NOW} end
token = call('HINCRBY', M, 'serial', 1) - 1
call('HSET', f, 'b' .. token, held_host(host))
call('ZREM', P .. 'd', host)
set_polite(host, next_at, delay, SESSION, token)
return {0, token}
