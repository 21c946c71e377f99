-- Adds what a worker found the pages of hosts, and of the sub-domains of domains, to be. ARGV[3...]: pairs of a name and the
-- news of it, as JSON: {shape: [pages, dull, score, led, top, bottom, rule]}, {}, {sub-domain: 1 if it said nothing, or 0}.
-- The first four are added to what is known, nothing falls below 0; a top below 0 is none
-- returns what is known of each now, likewise
local MOST = 128                   -- shapes of a name
if call('EXISTS', M) == 0 then return redis.error_reply('NOCRAWL') end
local answer = {}
for i = 3, #ARGV, 2 do
  local news, before = cjson.decode(ARGV[i + 1]), call('HGET', P .. 't', ARGV[i])
  local known = before and cjson.decode(before) or {{}, {}, {}}
  local shapes, n = known[1], 0
  for _ in pairs(shapes) do n = n + 1 end
  for name, new in pairs(news[1]) do
    if not shapes[name] and n < MOST then shapes[name], n = {0, 0, 0, 0, 0, 0, ''}, n + 1 end
    local shape = shapes[name]
    if shape then
      if new[5] >= 0 then
        shape[5] = shape[2] > 0 and math.min(shape[5], new[5]) or new[5]
        shape[6] = shape[2] > 0 and math.max(shape[6], new[6]) or new[6]
      end
      for k = 1, 4 do shape[k] = math.max(shape[k] + new[k], 0) end
      if shape[7] == '' then shape[7] = new[7] end
    end
  end
  for host, is_dull in pairs(news[3]) do known[3][host] = known[3][host] or is_dull end
  answer[#answer + 1] = cjson.encode(known)
  call('HSET', P .. 't', ARGV[i], answer[#answer])
end
return answer
