--[[ The permits of a semaphore of a quorum: on each voter a lock of its own. ]]

-- How many of so many permits are taken on this voter.
local function slotsTaken(lock, permits)
  if permits == 1 then return call('EXISTS', lock) end
  local keys = {}
  for slot = 0, permits - 1 do keys[slot + 1] = slotOf(lock, slot) end
  return call('EXISTS', unpack(keys))
end

local MOST_PERMITS = 1000

-- Which slots of a lock are taken, when nobody knows how many there are: pairs of number and value, in order.
local function findSlots(lock)
  local keys, found = {}, {}
  for slot = 0, MOST_PERMITS - 1 do keys[slot + 1] = slotOf(lock, slot) end
  for i, value in ipairs(call('MGET', unpack(keys))) do
    if value then table.insert(found, { i - 1, value }) end
  end
  return found
end
