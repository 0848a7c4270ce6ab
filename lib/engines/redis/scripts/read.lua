--[[
  What there is of locks. Changes nothing.

  Input, after what every call begins with
    ARGV[2]   '1' = this node decides alone

  Output, per lock
    { how many hold, permits (-1 = nobody holds), remaining ms (-1 = none), json of the holder, live waiters,
      ms until the gate opens (-1 = open), slots... }
]]
local alone = ARGV[2] == '1'
local answers = {}

local function slotsOf(lock, permits)
  local all = { count = 0, permits = permits, slots = {} }
  for slot = 0, permits - 1 do
    local hold = holdersOf(slotOf(lock, slot))
    if hold then
      all.count, all.first = all.count + 1, all.first or hold.first
      all.soonest = math.min(all.soonest or hold.soonest or 0, hold.soonest or 0)
      table.insert(all.slots, slot)
    end
  end
  return all
end

local function liveWaiters(lock)
  local live = 0
  for _, record in ipairs(call('HVALS', lock .. ':waiters')) do
    if liveWaiter(record) then live = live + 1 end
  end
  return live
end

local function readOne(lock)
  local hold = holdersOf(lock)
  if hold and hold.count == 0 and not alone then hold = slotsOf(lock, hold.permits) end
  if not hold or hold.count == 0 then hold = { count = 0, permits = -1 } end
  local waiters, closedFor, slots = liveWaiters(lock), opensIn(lock) or -1, hold.slots or {}
  return { hold.count, hold.permits or 1, hold.soonest or -1, hold.first or '', waiters, closedFor, unpack(slots) }
end

return answersOf(function()
  for i = 1, #KEYS - OWN do answers[i] = readOne(KEYS[OWN + i]) end
end, answers)
