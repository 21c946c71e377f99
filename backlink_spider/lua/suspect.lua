-- ARGV[3]: serial of the page that is about to be read, which may kill the worker. returns 1, or 0 if it is not held
local f = T .. 'f:' .. SESSION
if call('HEXISTS', f, ARGV[3]) == 0 then return 0 end
call('HSET', f, 's', ARGV[3])
return 1
