--[[ What becomes free on a lone node is given to who waits first, in the same step. ]]

-- The ticket that it was given to, the fence and the process; nil when nobody waits or there is no room. A waiter for
-- another number of permits can't be served, and is told so when it asks again.
local function handOver(lock, hold)
  if not hasRoom(hold) then return nil end
  while true do
    local ticket, waiter = headOf(lock)
    if not ticket then return nil end
    if waiter.ttl and (not hold or waiter.permits == hold.permits) then
      local fence = grant(lock, ticket, waiter.ttl, waiter.permits, waiter.owner)
      forget(lock, ticket)
      return ticket, fence, waiter
    end
    forget(lock, ticket)
  end
end

local function tellHanded(lock, ticket, fence, process)
  local words = fence == 0 and '-' or string.format('%.0f', fence)
  tell(process, 'handed ' .. string.sub(ticket, 1, 16) .. ' ' .. words .. ' ' .. nameOf(lock))
end
