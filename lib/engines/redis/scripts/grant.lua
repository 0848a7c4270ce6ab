--[[ Writing a hold of a lone node. ]]

local function writePermit(lock, token, since, ttl, owner)
  local times = '{"since":' .. since .. ',"ttl":' .. ttl .. ',"until":' .. ms + ttl
  call('HSET', lock, token, times .. ',"owner":' .. owner .. '}')
  if call('PTTL', lock) < tonumber(ttl) then call('PEXPIRE', lock, ttl) end
end

-- Another full TTL for one of the permits, of which `json` is known.
local function renewPermit(lock, token, json, ttl)
  local since, owner = string.match(json, '^{"since":(%d+),.-,"owner":(.*)}$')
  writePermit(lock, token, since, ttl, owner)
end

-- Gives a mutex that is free, or one of the permits that are; the fence, 0 = none.
local function grant(lock, token, ttl, permits, owner)
  touched = true
  if permits > 1 then
    call('HSET', lock, 'permits', permits)
    writePermit(lock, token, ms, ttl, owner)
    return 0
  end
  local fence = nextFence(us)
  local head = token .. string.format(' {"fence":"%.0f","since":', fence)
  call('SET', lock, head .. ms .. ',"ttl":' .. ttl .. ',"owner":' .. owner .. '}', 'PX', ttl)
  return fence
end
