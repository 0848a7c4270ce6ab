--[[ Fences: microseconds of the node, which grow from grant to grant also when its clock does not. ]]

local function readClock()
  lastFence = lastFence or tonumber(call('GET', CLOCK) or 0) or 0
end

-- The fence after the last one, at least `least`; a number.
local function nextFence(least)
  readClock()
  lastFence, fenceMoved = math.max(lastFence + 1, least), true
  return lastFence
end

-- Later fences are higher than this one.
local function raiseClock(fence)
  readClock()
  lastFence, fenceMoved = math.max(lastFence, fence), true
end
