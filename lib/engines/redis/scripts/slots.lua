--[[
  The permits of a semaphore of a quorum: on each voter every slot is a lock of its own. While slots are taken, the lock's
  own key is a hash that says how many there are, so that nobody takes it for a mutex.
]]

local function slotOf(lock, slot)
  return slot == '' and lock or lock .. ':slot:' .. slot
end

-- How many of so many permits are taken on this voter.
local function taken(lock, permits)
  if permits == 1 then return call('EXISTS', lock) end
  local keys = {}
  for slot = 0, permits - 1 do keys[slot + 1] = slotOf(lock, slot) end
  return call('EXISTS', unpack(keys))
end

local function markSlots(lock, permits, ttl)
  call('HSET', lock, 'permits', permits)
  if call('PTTL', lock) < tonumber(ttl) then call('PEXPIRE', lock, ttl) end
end

-- Removes the mark of slots that have ended. Whether slots are taken still.
local function areTaken(lock, permits)
  if taken(lock, permits) > 0 then return true end
  call('DEL', lock)
  return false
end

-- Whether this is a mark and nothing else, which is gone then.
local function isStale(lock, hold)
  return hold.hash and hold.count == 0 and not areTaken(lock, hold.permits)
end
