--[[ What keys are called and how a call is answered. ]]

local function nameOf(lock)
  return string.sub(lock, 5, -2)
end

local function refused(why, holder, place, remainingMs, message)
  return { 'refused', why, holder or '', place or -1, remainingMs or -1, message or '' }
end

local function messageOf(problem)
  return type(problem) == 'table' and problem.err or tostring(problem)
end

-- Runs one tuple by itself: an error in it is its own answer, which says whether anything of it is done.
local function byItself(tuple, ...)
  touched = false
  local done, answer = pcall(tuple, ...)
  if done then return answer end
  return { 'error', messageOf(answer), touched and '1' or '0' }
end

-- Runs a whole call, of which `main` fills in the answers. A fence that is forgotten could be given twice.
local function answersOf(main, answers)
  local done, problem = pcall(main)
  if done and fenceMoved then done, problem = pcall(call, 'SET', CLOCK, lastFence) end
  if done then return answers end
  return { 'failed', messageOf(problem), #answers > 0 and '1' or '0' }
end

-- Notes in the index until when something of a name may be left. Does without it on an error.
local function remember(untilMs, lock)
  if INDEX then redis.pcall('ZADD', INDEX, 'GT', untilMs, nameOf(lock)) end
end
