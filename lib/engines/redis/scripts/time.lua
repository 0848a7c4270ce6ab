local time = call('TIME')
local us = time[1] * 1000000 + time[2]
local ms = math.floor(us / 1000)

-- The least fence that a voter gives: what the client proposes, unless that is far ahead of the voter's own clock.
local function leastOf(proposal)
  local proposed = tonumber(proposal) or 0
  if proposed > us + 500000 then proposed = 0 end
  return math.max(us - 500000, proposed)
end
