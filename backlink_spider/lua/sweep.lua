-- Removes a dropped crawl from the shard, so many keys at a time (ARGV[3]). returns 1 while something is left
local left = tonumber(ARGV[3])
local m = call('HMGET', M, 'buckets', 'gen', 'old', 'trash')
if not m[1] then return 0 end
local function unlinked(gen, n)
  while n > 0 and left > 0 do n, left = n - 1, left - 1; call('UNLINK', P .. 's' .. gen .. ':' .. n) end
  return n
end
call('HSET', M, 'trash', unlinked(m[2] - 2, tonumber(m[4])))
call('HSET', M, 'old', unlinked(m[2] - 1, tonumber(m[3])))
call('HSET', M, 'buckets', unlinked(tonumber(m[2]), tonumber(m[1])))
if left > 0 then
  local page = call('HSCAN', P .. 'h', 0, 'COUNT', left)[2]
  for i = 1, #page, 2 do
    local dmin, dmax = queue(page[i])
    for depth = dmin, dmax do call('UNLINK', urls(depth, page[i])) end
    call('HDEL', P .. 'h', page[i])
  end
end
if left == 0 or call('EXISTS', P .. 'h') == 1 then return 1 end
call('UNLINK', P .. 'd', P .. 'r', P .. 'n', P .. 'nh', P .. 't', P .. 'x', P .. 'dead', M)
return 0
