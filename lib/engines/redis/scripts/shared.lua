--[[
  What every script needs; it is put in front of each of them.

  Every call begins with the node's own keys and says how many there are:
    KEYS[1]     clock
    KEYS[2..4]  index, marker, quarantine; left out where a node has none
    KEYS[n+1..] per tuple: its lock. Whatever else belongs to a lock is named after it, in the same slot
    ARGV[1]     n, which is 1 or 4
  An answer is a number (granted; the fence, 0 = none) or a list (anything else), one per tuple. When none was done:
    { 'failed', message, '1' = something may be done all the same }
]]
local call = redis.call
local OWN = tonumber(ARGV[1])
local CLOCK = KEYS[1]
local INDEX = OWN > 1 and KEYS[2] or nil
local TOKEN_LENGTH = 32
-- Of what stands under a lock's key nothing beyond this is handed out.
local LONGEST_VALUE = 4096

local time = call('TIME')
local us = time[1] * 1000000 + time[2]
local ms = math.floor(us / 1000)

local function whole(number)
  return string.format('%.0f', number)
end

local function nameOf(lock)
  return string.sub(lock, 5, -2)
end

-- Where one permit of a quorum is kept; a mutex, and whatever a lone node counts itself, is under the lock's own key.
local function slotOf(lock, slot)
  return slot == '' and lock or lock .. ':slot:' .. slot
end

-- Whether a stored string is the hold of this token.
local function isOf(stored, token)
  return type(stored) == 'string' and string.sub(stored, 1, TOKEN_LENGTH + 1) == token .. ' '
end

-- The fence that a stored string was given, or ''.
local function fenceOf(stored)
  return string.match(stored, '^{"fence":"(%d+)"', TOKEN_LENGTH + 2) or ''
end

-- Something of this tuple is written: an error from here on leaves something behind.
local touched = false

local function messageOf(problem)
  return type(problem) == 'table' and problem.err or tostring(problem)
end

-- Runs one tuple by itself: an error in it is its own answer.
local function byItself(tuple, ...)
  touched = false
  local done, answer = pcall(tuple, ...)
  if done then return answer end
  return { 'error', messageOf(answer), touched and '1' or '0' }
end

local function refused(why, holder, place, remainingMs, message)
  return { 'refused', why, holder or '', place or -1, remainingMs or -1, message or '' }
end

-- Notes in the index until when something of a name may be left: pairs of ms and name. Does without it on an error.
local function remember(pairsOf)
  if not INDEX or #pairsOf == 0 then return end
  redis.pcall('ZADD', INDEX, 'GT', unpack(pairsOf))
end
