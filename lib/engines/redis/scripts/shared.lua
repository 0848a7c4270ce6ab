--[[ What several scripts need. It is put in front of each of them. ]]
local TOKEN_LENGTH = 32
-- Of what stands under a lock's key nothing beyond this is handed out.
local LONGEST_VALUE = 4096

local function nowUs()
  local time = redis.call('TIME')
  return tonumber(time[1]) * 1000000 + tonumber(time[2])
end

local function whole(number)
  return string.format('%.0f', number)
end

-- Whether a stored lock is the hold of this token.
local function isOf(stored, token)
  return stored and string.sub(stored, 1, TOKEN_LENGTH + 1) == token .. ' '
end

-- The fence that a stored lock was given, or ''.
local function fenceOf(stored)
  return string.match(stored, '^%x+ {"fence":"(%d+)"') or ''
end

-- The first live waiter of a queue and what is known of it. Dead ones in front of it are removed.
local function headOf(queue, waiters, nowMs)
  while true do
    local ticket = redis.call('ZRANGE', queue, 0, 0)[1]
    if not ticket then return nil end
    local readable, waiter = pcall(cjson.decode, redis.call('HGET', waiters, ticket) or '')
    if readable and type(waiter) == 'table' and (tonumber(waiter['until']) or 0) > nowMs then
      return ticket, waiter
    end
    redis.call('ZREM', queue, ticket)
    redis.call('HDEL', waiters, ticket)
  end
end

-- Tells the head of a queue to ask again. A failing PUBLISH undoes nothing: the heartbeat finds out as well.
local function wakeHead(name, queue, waiters, nowMs)
  pcall(function()
    local _, waiter = headOf(queue, waiters, nowMs)
    if waiter then redis.call('PUBLISH', 'lk:wake:' .. waiter.owner.process, name) end
  end)
end

-- Notes in the index until when something of a name may be left, and forgets a few names that are long gone.
local function remember(index, name, nowMs, forMs)
  pcall(function()
    local score = tonumber(redis.call('ZSCORE', index, name) or '0')
    if score < nowMs + forMs then redis.call('ZADD', index, whole(nowMs + forMs), name) end
    local stale = redis.call('ZRANGEBYSCORE', index, '-inf', whole(nowMs - 60000), 'LIMIT', 0, 10)
    if #stale > 0 then redis.call('ZREM', index, unpack(stale)) end
  end)
end

-- Runs one tuple by itself: an error in it is its own answer.
local function alone(tuple)
  local done, answer = pcall(tuple)
  if done then return answer end
  return { 'error', type(answer) == 'table' and answer.err or tostring(answer) }
end
