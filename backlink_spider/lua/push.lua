-- ARGV[3]: new | again (queue what was seen, too) | seen (note as seen, queue nothing); ARGV[4]: ms after which what was
-- seen is forgotten, 0 for never; then groups of host, length of its domain's name, depth, lines "fingerprint entry\n"
-- returns {URLs queued, queued in the shard, serial}
local mode, expiry = ARGV[3], tonumber(ARGV[4])
local m = call('HMGET', M, 'buckets', 'seen', 'gen', 'since', 'old', 'serial', 'trash')
if not m[1] then return redis.error_reply('NOCRAWL') end
local buckets, seen, gen, old, trash = tonumber(m[1]), tonumber(m[2]), tonumber(m[3]), tonumber(m[5]), tonumber(m[7])
local LOAD = 200                   -- fingerprints a bucket; one not split yet has up to twice as many, an intset up to 512
local function power_below(n)
  local s = 1
  while s * 2 <= n do s = s * 2 end
  return s
end
if expiry > 0 and trash == 0 and NOW - m[4] > expiry then  -- what is in the table before this one is forgotten from here on
  gen, trash, old, buckets, seen = gen + 1, old, buckets, 1, 0
  call('HSET', M, 'since', NOW)
end
for _ = 1, math.min(trash, 64) do
  trash = trash - 1
  call('UNLINK', P .. 's' .. (gen - 2) .. ':' .. trash)
end
local size, old_size = power_below(buckets), power_below(old)
local old_name = P .. 's' .. (gen - 1) .. ':'
local table_name = P .. 's' .. gen .. ':'
local function hash(fp) return math.floor(tonumber(fp) / 4294967296) end
local function bucket(h, n, s)     -- linear hashing: n buckets, s the power of two below
  local b = h % (2 * s)
  if b < n then return b end
  return h % s
end
local function grow()
  local split = buckets - size
  local stay, go = {}, {}
  for _, fp in ipairs(call('SMEMBERS', table_name .. split)) do
    local part = hash(fp) % (2 * size) == split and stay or go
    part[#part + 1] = fp
  end
  call('DEL', table_name .. split)
  if #stay > 0 then call('SADD', table_name .. split, unpack(stay)) end
  if #go > 0 then call('SADD', table_name .. buckets, unpack(go)) end
  buckets = buckets + 1
  if buckets == size * 2 then size = buckets end
end
local function is_new(fp)
  local h = hash(fp)
  if old > 0 and call('SISMEMBER', old_name .. bucket(h, old, old_size), fp) == 1 then return false end
  if call('SADD', table_name .. bucket(h, buckets, size), fp) == 0 then return false end
  seen = seen + 1
  if seen > buckets * LOAD then grow() end
  return true
end
local total = 0
for i = 5, #ARGV, 4 do
  local host, dlen, depth = ARGV[i], tonumber(ARGV[i + 1]), tonumber(ARGV[i + 2])
  local new, n = {}, 0
  for fp, entry in string.gmatch(ARGV[i + 3], '(%-?%d+) ([^\n]*)\n') do
    if (is_new(fp) or mode == 'again') and mode ~= 'seen' then n = n + 1; new[n] = entry end
  end
  if n > 0 then
    call('RPUSH', urls(depth, host), unpack(new))
    local dmin, dmax, _, spent = queue(host)
    if dmin == EMPTY or depth < dmin or depth > dmax then
      set_queue(host, math.min(dmin, depth), math.max(dmax, depth), dlen, spent)
    end
    if spent > 0 then count_aside(spent, n)
    elseif dmin == EMPTY or depth < dmin then
      local next_at, _, owner = polite(host)
      if owner == 0 then line_up(host, depth, next_at) end       -- else whoever ends the lease does it
    end
    total = total + n
  end
end
call('HSET', M, 'buckets', buckets, 'seen', seen, 'gen', gen, 'old', old, 'trash', trash)
count('pushed', total)
return {total, call('HINCRBY', M, 'queued', total), tonumber(m[6])}
