--[[
  What every script begins with. Every call begins with the node's own keys and says how many there are:

    KEYS[1]     clock
    KEYS[2]     index, where there is one
    KEYS[3..4]  of a voter: marker, quarantine
    KEYS[n+1..] per tuple: its lock. Whatever else belongs to a lock is named after it, in the same slot
    ARGV[1]     n, which is 1, 2 or 4

  An answer is a number (granted; the fence, 0 = none) or a list (anything else), one per tuple. When none was done:
    { 'failed', message, '1' = something may be done all the same }

  Numbers are written with 14 digits when they are joined to a string, which is enough for ms and not for fences. All
  that is made here is made anew by every call, so it is little.
]]
local call = redis.call
local OWN = tonumber(ARGV[1])
local CLOCK, INDEX = KEYS[1], OWN > 1 and KEYS[2] or nil
local TOKEN_LENGTH = 32

-- The last fence that was given, once it is read, and whether it has to be written. Something of this tuple is written.
local lastFence, fenceMoved, touched
