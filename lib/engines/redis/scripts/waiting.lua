--[[ The queue of a lock. ]]
local RECORD = '^{"since":%d+,"until":(%d+),"ttl":(%w+),"permits":(%d+),"owner":({"process":"([^"\\]*)".*})}$'

-- What is known of a waiter; nil when that can't be read, or it is dead.
local function liveWaiter(record)
  if not record then return nil end
  local ends, ttl, permits, owner, process = string.match(record, RECORD)
  if not ends then
    local read, waiter = pcall(cjson.decode, record)
    if not read or type(waiter) ~= 'table' or type(waiter.owner) ~= 'table' then return nil end
    ends, ttl, permits = waiter['until'], waiter.ttl, waiter.permits
    owner, process = cjson.encode(waiter.owner), tostring(waiter.owner.process)
  end
  if (tonumber(ends) or 0) <= ms then return nil end
  return { ttl = tonumber(ttl), permits = tonumber(permits) or 1, owner = owner, process = process }
end

local function forget(lock, ticket)
  call('ZREM', lock .. ':queue', ticket)
  call('HDEL', lock .. ':waiters', ticket)
end

-- The first live waiter and what is known of it. Dead ones in front of it are removed.
local function headOf(lock)
  while true do
    local ticket = call('ZRANGE', lock .. ':queue', 0, 0)[1]
    if not ticket then return nil end
    local waiter = liveWaiter(call('HGET', lock .. ':waiters', ticket))
    if waiter then return ticket, waiter end
    forget(lock, ticket)
  end
end

-- Takes a place at the end of the queue, or says that whoever has one lives. The index is told of what it may be given.
local function enqueue(lock, ticket, heartbeatMs, ttl, permits, owner)
  touched = true
  local queue, waiters = lock .. ':queue', lock .. ':waiters'
  local score = call('ZSCORE', queue, ticket)
  if not score then
    local last = call('ZRANGE', queue, -1, -1, 'WITHSCORES')[2]
    score = math.max(us, tonumber(last or '0') + 1)
    call('ZADD', queue, score, ticket)
  end
  call('HSET', waiters, ticket, '{"since":' .. math.floor(score / 1000) .. ',"until":' .. ms + heartbeatMs
    .. ',"ttl":' .. ttl .. ',"permits":' .. permits .. ',"owner":' .. owner .. '}')
  if call('PTTL', queue) < heartbeatMs then call('PEXPIRE', queue, heartbeatMs) end
  if call('PTTL', waiters) < heartbeatMs then call('PEXPIRE', waiters, heartbeatMs) end
  remember(ms + heartbeatMs + (tonumber(ttl) or 0), lock)
end

-- A message only hastens: the right to publish is not needed.
local function tell(process, message)
  if process ~= '' then redis.pcall('PUBLISH', 'lk:wake:' .. process, message) end
end

local function wakeHead(lock)
  pcall(function()
    local ticket, waiter = headOf(lock)
    if ticket then tell(waiter.process, 'wake ' .. string.sub(ticket, 1, 16) .. ' ' .. nameOf(lock)) end
  end)
end
