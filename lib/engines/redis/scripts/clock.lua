--[[ Fences: microseconds of the node, which grow from grant to grant also when its clock does not. ]]
local lastFence, fenceMoved = nil, false

-- Read once.
local function readClock()
  lastFence = lastFence or tonumber(call('GET', CLOCK) or '0') or 0
end

-- The fence after the last one, at least `least`; a number.
local function nextFence(least)
  readClock()
  lastFence = math.max(lastFence + 1, least)
  fenceMoved = true
  return lastFence
end

-- Later fences are higher than this one.
local function raiseClock(fence)
  readClock()
  lastFence, fenceMoved = math.max(lastFence, fence), true
end

-- Must be done: a fence that is forgotten could be given twice.
local function keepClock()
  if fenceMoved then call('SET', CLOCK, whole(lastFence)) end
end

-- Runs a whole call, of which `main` fills in the answers.
local function answersOf(main, answers)
  local done, problem = pcall(main)
  if done then done, problem = pcall(keepClock) end
  if done then return answers end
  return { 'failed', messageOf(problem), #answers > 0 and '1' or '0' }
end
