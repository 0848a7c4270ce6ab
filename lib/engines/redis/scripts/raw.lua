--[[
  What stands under keys, whatever they are. Changes nothing. The keys are arguments, since those of a cluster's node
  are in many slots, and one that may not be read must not hide the others.

  Input
    ARGV[1]   bytes of a value, a field or a member that are read
    ARGV[2]   entries that are read
    ARGV[3]   bytes of memory beyond which no entries are read: one of them may be huge
    ARGV[4]   0 = whatever it is; else only what expires, and of strings those of at most so many bytes
    ARGV[5]   and of hashes and sorted sets those of at most so many entries
    ARGV[6]   the keys, packed

  Output, packed
    the node's time in seconds and microseconds (0 where it may not be asked), then two per key
      false, PTTL                       nothing there, or nothing that was asked for
      head, PTTL                        a string, as a whole
      { type, size, head or entries }, PTTL   anything else
      { 'denied' }, -2                  may not be read
]]
local HEAD, MOST, HUGE = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local FITS, FITTING = tonumber(ARGV[4]), tonumber(ARGV[5])
local FEW = 1000
local call = redis.call

local SIZES = { hash = 'HLEN', zset = 'ZCARD', list = 'LLEN', set = 'SCARD' }

-- Of the first entries in order all are weighed, of others only where there are few.
local function isLight(key, kind, size)
  local few = size <= FEW
  if not few and kind ~= 'zset' then return false end
  local weight = redis.pcall('MEMORY', 'USAGE', key, 'SAMPLES', few and 0 or MOST)
  if type(weight) ~= 'number' then return false end
  return weight <= HUGE or (not few and weight / size * MOST <= HUGE)
end

local function entriesOf(key, kind)
  if kind == 'zset' then return call('ZRANGE', key, 0, MOST - 1, 'WITHSCORES') end
  if kind == 'list' then return call('LRANGE', key, 0, MOST - 1) end
  return call(kind == 'hash' and 'HGETALL' or 'SMEMBERS', key)
end

local function cut(entries, kind)
  local last = (kind == 'hash' or kind == 'zset') and 2 * MOST or MOST
  local some = {}
  for i = 1, math.min(last, #entries) do some[i] = string.sub(entries[i], 1, HEAD) end
  return some
end

local function collection(key, kind)
  local counting = SIZES[kind]
  if not counting then return { kind, 0, {} } end
  local size = call(counting, key)
  if not isLight(key, kind, size) then return { kind, size, {} } end
  return { kind, size, cut(entriesOf(key, kind), kind) }
end

local function isSmall(key, kind)
  if FITS == 0 then return true end
  if kind == 'string' then return call('STRLEN', key) <= FITS end
  return (kind == 'hash' or kind == 'zset') and call(SIZES[kind], key) <= FITTING
end

local function told(key, kind)
  if kind ~= 'string' then return collection(key, kind) end
  local head = call('GETRANGE', key, 0, HEAD - 1)
  if #head < HEAD then return head end
  return { kind, call('STRLEN', key), head }
end

local time = redis.pcall('TIME')
local answers = { tonumber(time[1] or 0), tonumber(time[2] or 0) }
for i, key in ipairs(cmsgpack.unpack(ARGV[6])) do
  local at = 2 * i + 1
  local kind = redis.pcall('TYPE', key)
  answers[at], answers[at + 1] = false, -2
  if kind.err then
    -- Of a command that may not be run at all it says so, without a word of keys.
    if not string.find(kind.err, 'key', 1, true) then return redis.error_reply(kind.err) end
    answers[at] = { 'denied' }
  elseif kind.ok ~= 'none' and isSmall(key, kind.ok) then
    local expiry = call('PTTL', key)
    if expiry > -2 and (FITS == 0 or expiry > -1) then
      answers[at], answers[at + 1] = told(key, kind.ok), expiry
    end
  end
end
return cmsgpack.pack(answers)
