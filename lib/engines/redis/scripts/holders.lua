--[[ Who holds a lock of a lone node, or one slot of a quorum. ]]

-- Of a value nothing beyond this is handed out.
local LONGEST_VALUE = 4096

-- The fence that a stored string was given, or ''.
local function fenceOf(stored)
  return string.match(stored, '^{"fence":"(%d+)"', TOKEN_LENGTH + 2) or ''
end

-- nil = nobody. Else count, soonest (ms until a place is free; nil = no TTL), first (json of who was granted first),
-- permits (nil = it is not of our making), tokens (token -> json), and value where it is a string.
local function holdersOf(key)
  -- Not GET: another type would be counted as an error by the server.
  local value = call('MGET', key)[1]
  if value then
    local left = call('PTTL', key)
    local hold = { count = 1, tokens = {}, value = value, soonest = left >= 0 and left or nil }
    local token, json = string.match(string.sub(value, 1, LONGEST_VALUE), '^(%x+) ({.*)$')
    if not token or #token ~= TOKEN_LENGTH then return hold end
    hold.permits = tonumber(string.match(json, '^{"fence":[^,]*,"since":%d+,"ttl":%d+,"permits":(%d+)') or 1)
    hold.first, hold.tokens[token] = json, json
    return hold
  end
  local kind = call('TYPE', key).ok
  if kind == 'none' then return nil end
  if kind ~= 'hash' then return { count = 1, tokens = {} } end

  local fields = call('HGETALL', key)
  local hold = { count = 0, tokens = {}, expired = {}, hash = true }
  local since
  for i = 1, #fields, 2 do
    local token, json = fields[i], fields[i + 1]
    if token == 'permits' then
      hold.permits = tonumber(json)
    elseif #token == TOKEN_LENGTH then
      local from, ends = string.match(json, '^{"since":(%d+),"ttl":%d+,"until":(%d+)')
      local left = (tonumber(ends) or 0) - ms
      if left > 0 then
        hold.count, hold.tokens[token] = hold.count + 1, json
        hold.soonest = math.min(hold.soonest or left, left)
        if not since or tonumber(from) < since then since, hold.first = tonumber(from), json end
      else
        table.insert(hold.expired, token)
      end
    end
  end
  if not hold.permits then return { count = 1, tokens = {} } end
  return hold
end

-- The same, with what has expired removed.
local function tidyHoldersOf(key)
  local hold = holdersOf(key)
  if not hold or not hold.hash then return hold end
  if hold.count == 0 then
    call('DEL', key)
    return nil
  end
  if #hold.expired > 0 then call('HDEL', key, unpack(hold.expired)) end
  return hold
end

local function hasRoom(hold)
  return not hold or (hold.permits ~= nil and hold.count < hold.permits)
end

-- In how many ms the hold of a token ends.
local function endOf(hold, token)
  local ends = hold.hash and string.match(hold.tokens[token], '"until":(%d+)')
  return ends and ends - ms or hold.soonest
end

-- The process of whoever is named in the json of a hold; '' = not known.
local function processOf(json)
  local process = string.match(json, '"owner":{"process":"([^"\\]*)"')
  if process then return process end
  local read, hold = pcall(cjson.decode, json)
  return read and type(hold.owner) == 'table' and type(hold.owner.process) == 'string' and hold.owner.process or ''
end
