--[[
  Asks for locks, one after the other; each stands alone.

  Input
    KEYS[1..4]  index, clock, marker, quarantine
    KEYS[5..]   per ask: lock, queue, waiters
    ARGV[1]     for how many ms a node that lost its memory grants nothing; '' = this node is no voter
    ARGV[2..]   per ask: name, token, ttlMs, owner (json), ticket ('' = does not queue), heartbeatMs,
                alone ('1' = grant in the order of the queue, and give a fence),
                notAfter (ms by this node's clock; '0' = any time)

  Output, per ask
    { 'granted', fence or '' }
    { 'refused', 'held' | 'queued' | 'quarantined', json of the holder or '', place or '', remaining ms or '' }
    { 'late' }            nothing was done
    { 'error', message }  nothing was granted
]]
local index, clock, marker, quarantine = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local us = nowUs()
local ms = math.floor(us / 1000)

local quarantined = false
if ARGV[1] ~= '' then
  if redis.call('EXISTS', marker) == 0 then
    redis.call('SET', quarantine, whole(ms), 'PX', ARGV[1])
    redis.call('SET', marker, whole(ms))
  end
  local left = redis.call('PTTL', quarantine)
  if left ~= -2 then quarantined = left end
end

local function enqueue(queue, waiters, ticket, heartbeatMs, owner)
  local score = redis.call('ZSCORE', queue, ticket)
  if not score then
    local last = redis.call('ZRANGE', queue, -1, -1, 'WITHSCORES')[2]
    score = math.max(us, tonumber(last or '0') + 1)
    redis.call('ZADD', queue, whole(score), ticket)
  end
  local waiter = '{"since":' .. whole(math.floor(tonumber(score) / 1000)) .. ',"until":' .. whole(ms + heartbeatMs)
    .. ',"owner":' .. owner .. '}'
  redis.call('HSET', waiters, ticket, waiter)
  for _, key in ipairs({ queue, waiters }) do
    if redis.call('PTTL', key) < heartbeatMs then redis.call('PEXPIRE', key, whole(heartbeatMs)) end
  end
end

local function nextFence()
  local last = tonumber(redis.call('GET', clock) or '0') or 0
  local fence = whole(math.max(last + 1, us))
  redis.call('SET', clock, fence)
  return fence
end

local function ask(lock, queue, waiters, name, token, ttlMs, owner, ticket, heartbeatMs, inOrder, notAfter)
  if notAfter > 0 and ms > notAfter then return { 'late' } end
  if quarantined then return { 'refused', 'quarantined', '', '', tostring(quarantined) } end

  local stored = redis.call('GET', lock)
  if isOf(stored, token) then
    redis.call('PEXPIRE', lock, whole(ttlMs))
    remember(index, name, ms, ttlMs)
    return { 'granted', fenceOf(stored) }
  end

  local head = headOf(queue, waiters, ms)
  local place = redis.call('ZCARD', queue)
  if ticket ~= '' then
    enqueue(queue, waiters, ticket, heartbeatMs, owner)
    remember(index, name, ms, heartbeatMs)
    head = head or ticket
    place = redis.call('ZRANK', queue, ticket)
  end
  if stored then
    local left = redis.call('PTTL', lock)
    local holder = string.sub(stored, TOKEN_LENGTH + 2, LONGEST_VALUE)
    return { 'refused', 'held', holder, tostring(place), left >= 0 and tostring(left) or '' }
  end
  if inOrder and head and head ~= ticket then return { 'refused', 'queued', '', tostring(place), '' } end

  local fence = inOrder and nextFence() or ''
  local value = token .. ' {"fence":' .. (inOrder and '"' .. fence .. '"' or 'null') .. ',"since":' .. whole(ms)
    .. ',"ttl":' .. whole(ttlMs) .. ',"owner":' .. owner .. '}'
  redis.call('SET', lock, value, 'PX', whole(ttlMs))
  -- Granted: nothing after this line may raise an error. The trace of a voter's waiter stays until it leaves.
  if inOrder and ticket ~= '' then
    redis.pcall('ZREM', queue, ticket)
    redis.pcall('HDEL', waiters, ticket)
  end
  remember(index, name, ms, ttlMs)
  return { 'granted', fence }
end

local answers = {}
for i = 0, (#ARGV - 1) / 8 - 1 do
  local k, a = 4 + i * 3, 1 + i * 8
  answers[i + 1] = alone(function()
    return ask(
      KEYS[k + 1], KEYS[k + 2], KEYS[k + 3],
      ARGV[a + 1], ARGV[a + 2], tonumber(ARGV[a + 3]), ARGV[a + 4],
      ARGV[a + 5], tonumber(ARGV[a + 6]), ARGV[a + 7] == '1', tonumber(ARGV[a + 8])
    )
  end)
end
return answers
