-- ARGV[3]: serial of a page that is given up; [4]: why, one word. returns 1, or 0 if it is not held
local f = T .. 'f:' .. SESSION
local row = call('HGET', f, ARGV[3])
if not row then return 0 end
call('HDEL', f, ARGV[3])
if call('EXISTS', M) == 0 then return 1 end  -- the run was swept meanwhile
local host, entry = string.match(row, '^%d+ %S+ %d+ (%S+) (.*)$')
call('LPUSH', P .. 'dead', NOW .. ' 0 0 ' .. ARGV[4] .. ' ' .. host .. ' ' .. entry)
call('LTRIM', P .. 'dead', 0, 9999)
count('buried', 1); count('queued', -1); count('fetched', 1); count('flying', -1)
return 1
