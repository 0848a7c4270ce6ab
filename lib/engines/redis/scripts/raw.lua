--[[
  What stands under keys, whatever they are. Changes nothing. The keys are arguments, since those of a cluster's node
  are in many slots, and one that may not be read must not hide the others.

  Input
    ARGV[1]   bytes of a value, a field or a member that are read
    ARGV[2]   entries that are read
    ARGV[3]   bytes of memory beyond which no entries are read: one of them may be huge
    ARGV[4]   0 = whatever it is; else only what expires, and of strings those of at most so many bytes
    ARGV[5]   and of hashes and sorted sets those of at most so many entries
    ARGV[6]   so many of the keys, the first ones, were strings whenever somebody looked
    ARGV[7]   the keys, packed

  Output, packed
    the node's time in seconds and microseconds (0 where it may not be asked), then two per key
      false, PTTL                       nothing there, or nothing that was asked for
      head, PTTL                        a string, as a whole
      { type, size, head or entries }, PTTL   anything else
      { 'denied' }, -2                  may not be read

  Commands are given text: to make text of a number takes as long as half a command. And whatever is defined costs time in
  every call, so that what strings do not need is defined when something else is met.
]]
local STRINGS, HEAD = tonumber(ARGV[6]), tonumber(ARGV[1])
local LAST_BYTE = tostring(HEAD - 1)
local call, pcall = redis.call, redis.pcall

local anything
-- How a key is read of which nothing is known. It gives two answers, or an error alone: of a command that may not be run at
-- all it says so, without a word of keys.
local function whateverItIs()
  local MOST, HUGE, FITS, FITTING = tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
  local LAST_ENTRY = tostring(MOST - 1)
  local FEW = 1000
  local SIZES = { hash = 'HLEN', zset = 'ZCARD', list = 'LLEN', set = 'SCARD' }

  -- Of the first entries in order all are weighed, of others only where there are few.
  local function isLight(key, kind, size)
    local few = size <= FEW
    if not few and kind ~= 'zset' then return false end
    local weight = pcall('MEMORY', 'USAGE', key, 'SAMPLES', few and '0' or ARGV[2])
    if type(weight) ~= 'number' then return false end
    return weight <= HUGE or (not few and weight / size * MOST <= HUGE)
  end

  local function entriesOf(key, kind)
    if kind == 'zset' then return call('ZRANGE', key, '0', LAST_ENTRY, 'WITHSCORES') end
    if kind == 'list' then return call('LRANGE', key, '0', LAST_ENTRY) end
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
    local head = call('GETRANGE', key, '0', LAST_BYTE)
    if #head < HEAD then return head end
    return { kind, call('STRLEN', key), head }
  end

  return function(key)
    local kind = pcall('TYPE', key)
    if kind.err then
      if not string.find(kind.err, 'key', 1, true) then return redis.error_reply(kind.err) end
      return { 'denied' }, -2
    end
    if kind.ok == 'none' or not isSmall(key, kind.ok) then return false, -2 end
    local expiry = call('PTTL', key)
    if expiry == -2 or (FITS > 0 and expiry == -1) then return false, -2 end
    return told(key, kind.ok), expiry
  end
end

local time = pcall('TIME')
local answers = { tonumber(time[1] or 0), tonumber(time[2] or 0) }
for i, key in ipairs(cmsgpack.unpack(ARGV[7])) do
  local head, expiry = false, nil
  if i <= STRINGS then
    expiry = pcall('PTTL', key)
    head = expiry ~= -2 and pcall('GETRANGE', key, '0', LAST_BYTE)
  end
  if type(expiry) ~= 'number' or (head and (type(head) ~= 'string' or #head == HEAD)) then
    anything = anything or whateverItIs()
    head, expiry = anything(key)
    if not expiry then return head end
  end
  answers[2 * i + 1], answers[2 * i + 2] = head, expiry
end
return cmsgpack.pack(answers)
