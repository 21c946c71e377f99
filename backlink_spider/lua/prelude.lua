-- KEYS[1]: the shard's tag, such as {b7}; ARGV[1]: the crawl's number; ARGV[2]: the caller's session, 0 for none
local call = redis.call
local T = KEYS[1]
local P = T .. ARGV[1] .. ':'
local M = P .. 'm'
local SESSION = tonumber(ARGV[2])
local clock = call('TIME')
local NOW = clock[1] * 1000 + math.floor(clock[2] / 1000)
local EMPTY = 65535                -- dmin of a host without queued URLs
local TURN = 4398046511104         -- 2^42: a due host's score is depth * 2^42 + ms, so depth first, then waiting time

local function count(field, n) if n ~= 0 then call('HINCRBY', M, field, n) end end

-- politeness, shared by all crawls: next allowed ms, delay ms, owner session (0: none), token of the lease
local function polite(host)
  local v = call('HGET', T .. 'p', host)
  if not v then return 0, 0, 0, 0 end
  return struct.unpack('>dI4I4I4', v)
end
local function set_polite(host, next_at, delay, owner, token)
  call('HSET', T .. 'p', host, struct.pack('>dI4I4I4', next_at, delay, owner, token))
end

-- what a session holds: serial -> "crawl depth domain_length host entry" of a page, b token -> the same of a host, leased
-- or borrowed, so that none can be left behind without a page; s -> serial of the page that is being read and may kill
local function held_host(host) return ARGV[1] .. ' - 0 ' .. host .. ' ' end

-- a host's queue in this crawl: smallest and largest depth, length of its domain's name, 1 if that has spent its budget, 2
-- if the host has spent its own
local function queue(host)
  local v = call('HGET', P .. 'h', host)
  if not v then return EMPTY, 0, 0, 0 end
  return struct.unpack('>I2I2I1I1', v)
end
local function set_queue(host, dmin, dmax, dlen, spent)
  if dmin == EMPTY then call('HDEL', P .. 'h', host)
  else call('HSET', P .. 'h', host, struct.pack('>I2I2I1I1', dmin, dmax, dlen, spent)) end
end
local function urls(depth, host) return P .. 'q' .. depth .. ':' .. host end

-- what is set aside: URLs of hosts whose budget, or whose domain's, is spent
local function count_aside(spent, n)
  if spent > 0 then count('aside', n) end
  if spent == 2 then count('aside_host', n) end
end
local function count_all_aside(host, dmin, dmax, spent, sign)
  for depth = dmin, dmax do count_aside(spent, sign * call('LLEN', urls(depth, host))) end
end

-- put a host that has URLs, no owner and budget in line
local function line_up(host, dmin, next_at)
  if next_at > NOW then
    call('ZREM', P .. 'd', host); call('ZADD', P .. 'r', next_at, host)
  else
    call('ZREM', P .. 'r', host); call('ZADD', P .. 'd', dmin * TURN + NOW, host)
  end
end
