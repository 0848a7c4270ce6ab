--[[
  Asks for locks, one after the other; each stands alone. Asks that differ in name and token only follow one another in
  a run, of which the rest is said once.

  Input, after what every call begins with
    ARGV[2]   for how many ms a node that lost its memory grants nothing; '' = this node is no voter
    ARGV[3]   the run id of this server, '' = not known
    ARGV[4..] per run: how many asks, ttlMs, permits, slot ('' = none), heartbeatMs ('' = does not queue),
              notAfter (ms by this node's clock; '0' = any time), alone ('1' = this node decides alone), owner (json)
              and then per ask: its token, followed by the fence that the client proposes

  Output, per ask
    fence | { 'refused', why, json of the holder, place, remaining ms, message } | { 'late' }
    { 'error', message, '1' = something of it was done }
]]
local RUN = 8
local ALLOWANCE_US = 500000
local LATE = { 'late' }

-- A node that lost its memory may have forgotten holds: nobody is granted until they have ended. For how long, or nil.
local function quarantinedFor(quarantineMs, runId)
  local marker, quarantine = KEYS[3], KEYS[4]
  local last, mark, since = unpack(call('MGET', CLOCK, marker, quarantine))
  lastFence = tonumber(last or '0') or 0
  local seenRun = mark and string.match(mark, '^%d+ (%w+)$')
  if not mark or (runId ~= '' and seenRun and seenRun ~= runId) then
    call('SET', quarantine, whole(ms), 'PX', quarantineMs)
    since = true
  end
  if not mark or (runId ~= '' and seenRun ~= runId) then
    call('SET', marker, whole(ms) .. (runId ~= '' and ' ' .. runId or ''))
  end
  return since and call('PTTL', quarantine) or nil
end

-- Whether anything but the lock's own key may matter to any of the asks.
local function anythingAround()
  local around, at, k = {}, 4, OWN
  while at <= #ARGV do
    local count, queues = tonumber(ARGV[at]), ARGV[at + 6] == '1'
    for _ = 1, count do
      k = k + 1
      around[#around + 1] = KEYS[k] .. ':gate'
      if queues then around[#around + 1] = KEYS[k] .. ':queue' end
    end
    at = at + RUN + count
  end
  return call('EXISTS', unpack(around)) > 0
end

-- What was granted is granted again to the same token.
local function grantAgain(lock, key, hold, token, run)
  local notice = call('HGET', lock .. ':notice', token)
  if isLapse(notice) then return refusedAsLapsing(notice, endOf(hold, token)) end
  touched = true
  if hold.hash then
    renewPermit(key, token, hold.tokens[token], run.ttl)
  else
    call('PEXPIRE', key, run.ttl)
  end
  remember({ run.ends, nameOf(lock) })
  return tonumber(hold.value and fenceOf(hold.value) or '') or 0
end

local function askAlone(lock, _, token, _, run)
  local hold = tidyHoldersOf(lock)
  if hold and hold.tokens[token] then return grantAgain(lock, lock, hold, token, run) end
  local head, waiter = headOf(lock)
  local use = hold and hold.permits or not hold and head and head ~= token and waiter.permits
  if use and use ~= run.permits then return refused('permits') end

  local place
  if run.heartbeatMs then
    enqueue(lock, token, run.heartbeatMs, run.ttl, run.permits, run.owner)
    head = head or token
    place = call('ZRANK', lock .. ':queue', token)
  else
    place = call('ZCARD', lock .. ':queue')
  end
  local why, remainingMs, message = closedBy(lock)
  if why then return refused(why, hold and hold.first, place, remainingMs, message) end
  if not hasRoom(hold) then return refused('held', hold.first, place, hold.soonest) end
  if head and head ~= token then return refused('queued', nil, place) end

  local fence = grant(lock, token, run.ttl, run.permits, run.owner)
  -- Granted: nothing after this line may raise an error.
  if head then pcall(forget, lock, token) end
  remember({ run.ends, nameOf(lock) })
  return fence
end

local function valueOf(token, fence, run)
  return token .. ' {"fence":' .. (fence and '"' .. whole(fence) .. '"' or 'null') .. run.tail
end

-- The fence that a voter gives: led by the proposal, unless that is far ahead of its own clock.
local function voteOf(proposal)
  local proposed = tonumber(proposal) or 0
  if proposed > us + ALLOWANCE_US then proposed = 0 end
  return math.max(lastFence + 1, us - ALLOWANCE_US, proposed)
end

local function askVoter(lock, key, token, proposal, run)
  local hold = holdersOf(key)
  if hold and hold.tokens[token] then return grantAgain(lock, key, hold, token, run) end
  if hold and hold.permits and hold.permits ~= run.permits then return refused('permits') end
  local why, remainingMs, message = closedBy(lock)
  if why then return refused(why, hold and hold.first, nil, remainingMs, message) end
  if hold then return refused('held', hold.first, nil, hold.soonest) end
  local fence = run.slot == '' and nextFence(voteOf(proposal)) or nil
  touched = true
  call('SET', key, valueOf(token, fence, run), 'PX', run.ttl)
  remember({ run.ends, nameOf(lock) })
  return fence or 0
end

local function runAt(at)
  local ttl, permits, slot, heartbeatMs, notAfter, alone, owner = unpack(ARGV, at + 1, at + RUN - 1)
  local run = {
    count = tonumber(ARGV[at]), ttl = ttl, permits = tonumber(permits), slot = slot, owner = owner,
    heartbeatMs = tonumber(heartbeatMs), alone = alone == '1', ends = whole(ms + ttl),
    late = tonumber(notAfter) > 0 and ms > tonumber(notAfter),
  }
  run.tail = ',"since":' .. whole(ms) .. ',"ttl":' .. ttl .. (slot ~= '' and ',"permits":' .. permits or '') .. ',"owner":' .. owner .. '}'
  -- Free for sure when its key is: nobody waits, and there are no permits to count.
  run.quick = run.alone and run.permits == 1 or not run.alone
  return run
end

-- The first of a second forgets names of which nothing has been left for long.
local function pruneIndex(lastBefore)
  if not INDEX or lastBefore >= us - us % 1000000 then return end
  local stale = redis.pcall('ZRANGEBYSCORE', INDEX, '-inf', whole(ms - 60000), 'LIMIT', 0, 1000)
  if #stale > 0 then redis.pcall('ZREM', INDEX, unpack(stale)) end
end

local answers = {}

local function main()
  local quarantined
  if ARGV[2] ~= '' then quarantined = quarantinedFor(ARGV[2], ARGV[3]) else readClock() end
  local before = lastFence
  local around = not quarantined and anythingAround()
  local found, at, k = {}, 4, OWN

  while at <= #ARGV do
    local run = runAt(at)
    local quick, fenced, tail, ttl = run.quick and not around, run.slot == '', run.tail, run.ttl
    local slow = run.alone and askAlone or askVoter
    at = at + RUN - 1
    for _ = 1, run.count do
      at, k = at + 1, k + 1
      local lock, token, answer = KEYS[k], ARGV[at], nil
      local proposal = ''
      if #token > TOKEN_LENGTH then
        token, proposal = string.sub(token, 1, TOKEN_LENGTH), string.sub(token, TOKEN_LENGTH + 1)
      end
      if run.late then
        answer = LATE
      elseif quarantined then
        answer = refused('quarantined', nil, nil, quarantined)
      else
        local key = slotOf(lock, run.slot)
        if quick then
          local fence = fenced and (run.alone and math.max(lastFence + 1, us) or voteOf(proposal))
          local value = fence and token .. ' {"fence":"' .. whole(fence) .. '"' .. tail or token .. ' {"fence":null' .. tail
          local set = redis.pcall('SET', key, value, 'PX', ttl, 'NX')
          if set and set.err then
            answer = { 'error', set.err, '0' }
          elseif set then
            if fence then lastFence, fenceMoved = fence, true end
            answer = fence or 0
            found[#found + 1], found[#found + 2] = run.ends, string.sub(lock, 5, -2)
          end
        end
        answer = answer or byItself(slow, lock, key, token, proposal, run)
      end
      answers[#answers + 1] = answer
    end
    at = at + 1
  end
  remember(found)
  if lastFence > before then pruneIndex(before) end
end

return answersOf(main, answers)
