-- Brings the hosts back that a budget kept out: it has grown. returns hosts brought back
local hosts = call('SPOP', P .. 'x', 1000)
for _, host in ipairs(hosts) do
  local dmin, dmax, dlen, spent = queue(host)
  if spent > 0 then
    count_all_aside(host, dmin, dmax, spent, -1)
    set_queue(host, dmin, dmax, dlen, 0)
    local next_at, _, owner = polite(host)
    if owner == 0 then line_up(host, dmin, next_at) end
  end
end
return #hosts
