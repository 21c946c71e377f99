-- Adds what a worker found the pages of hosts, and of the sub-domains of domains, to be. ARGV[3...]: pairs of a name and the
-- news of it, as JSON: {shape: [pages, dull, score, led, top, bottom, rule]}, {}, {sub-domain: 1 if it said nothing, or 0}.
-- The first four are added to what is known, nothing falls below 0; a top below 0 is none
-- returns what is known of each now, likewise
local SHAPES, HOSTS = 128, 500     -- of a name, at most
local function number_of(entries)
  local n = 0
  for _ in pairs(entries) do n = n + 1 end
  return n
end
if call('EXISTS', M) == 0 then return redis.error_reply('NOCRAWL') end
local answer = {}
for i = 3, #ARGV, 2 do
  local news, before = cjson.decode(ARGV[i + 1]), call('HGET', P .. 't', ARGV[i])
  local known = before and cjson.decode(before) or {{}, {}, {}}
  local shapes, hosts = known[1], known[3]
  local n, m = number_of(shapes), number_of(hosts)
  for name, new in pairs(news[1]) do
    if not shapes[name] and n < SHAPES then shapes[name], n = {0, 0, 0, 0, 0, 0, ''}, n + 1 end
    local shape = shapes[name]
    if shape then
      if new[5] >= 0 then
        local goes_on = shape[2] > 0 and new[2] >= 0  -- else something was said, and dull pages are counted anew
        shape[5] = goes_on and math.min(shape[5], new[5]) or new[5]
        shape[6] = goes_on and math.max(shape[6], new[6]) or new[6]
      end
      for k = 1, 4 do shape[k] = math.max(shape[k] + new[k], 0) end
      if shape[7] == '' then shape[7] = new[7] end
    end
  end
  for host, is_dull in pairs(news[3]) do
    if not hosts[host] and m < HOSTS then hosts[host], m = is_dull, m + 1 end
  end
  answer[#answer + 1] = cjson.encode(known)
  call('HSET', P .. 't', ARGV[i], answer[#answer])
end
return answer
