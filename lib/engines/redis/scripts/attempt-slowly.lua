--[[ Asks of attempt.lua where something may stand in the way. ]]

-- A node that lost its memory may have forgotten holds: nobody is granted until they have ended. For how long, or nil.
local function quarantinedFor(mark, since, quarantineMs, runId)
  local marker, quarantine = KEYS[3], KEYS[4]
  local seenRun = mark and string.match(mark, '^%d+ (%w+)$')
  local isNew = runId ~= '' and seenRun ~= runId
  if not mark or (isNew and seenRun) then
    call('SET', quarantine, ms, 'PX', quarantineMs)
    since = true
  end
  if not mark or isNew then call('SET', marker, runId == '' and ms or ms .. ' ' .. runId) end
  local left = since and call('PTTL', quarantine) or -2
  return left ~= -2 and left or nil
end

-- What was granted is granted again to the same token.
local function grantAgain(lock, key, hold, token, ask)
  local notice = call('HGET', lock .. ':notice', token)
  if isLapse(notice) then return refusedAsLapsing(notice, endOf(hold, token)) end
  touched = true
  if hold.hash then
    renewPermit(key, token, hold.tokens[token], ask.ttl)
  else
    call('PEXPIRE', key, ask.ttl)
  end
  remember(ask.ends, lock)
  return tonumber(hold.value and fenceOf(hold.value) or 0) or 0
end

local function askAlone(lock, token, ask)
  local hold = tidyHoldersOf(lock)
  if hold and hold.tokens[token] then return grantAgain(lock, lock, hold, token, ask) end
  local head, waiter = headOf(lock)
  local use = hold and hold.permits or not hold and head and head ~= token and waiter.permits
  if use and use ~= ask.permits then return refused('permits') end

  local place
  if ask.heartbeatMs then
    enqueue(lock, token, ask.heartbeatMs, ask.ttl, ask.permits, ask.owner)
    head = head or token
    place = call('ZRANK', lock .. ':queue', token)
  else
    place = call('ZCARD', lock .. ':queue')
  end
  local why, remainingMs, message = closedBy(lock)
  if why then return refused(why, hold and hold.first, place, remainingMs, message) end
  if not hasRoom(hold) then return refused('held', hold.first, place, hold.soonest) end
  if head and head ~= token then return refused('queued', nil, place) end

  local fence = grant(lock, token, ask.ttl, ask.permits, ask.owner)
  -- Granted: nothing after this line may raise an error.
  if head then pcall(forget, lock, token) end
  if fence == 0 then remember(ask.ends, lock) end
  return fence
end

-- Whether a name is in use with another number of permits: as a mutex, or in slots. Whatever is not ours is no number.
local function disagrees(hold, permits)
  return hold and hold.permits and hold.permits ~= permits
end

local function askVoter(lock, words, ask)
  local token, proposal = string.sub(words, 1, TOKEN_LENGTH), string.sub(words, TOKEN_LENGTH + 1)
  local key = slotOf(lock, ask.slot)
  local hold = holdersOf(key)
  if hold and hold.tokens[token] then
    if key ~= lock then markSlots(lock, ask.permits, ask.ttl) end
    return grantAgain(lock, key, hold, token, ask)
  end
  if disagrees(hold, ask.permits) and not isStale(lock, hold) then return refused('permits') end
  if key ~= lock then
    local name = holdersOf(lock)
    if disagrees(name, ask.permits) and not isStale(lock, name) then return refused('permits') end
    if name and not name.permits then hold = name end
  elseif hold and hold.count == 0 then
    hold = nil
  end
  local why, remainingMs, message = closedBy(lock)
  if why then return refused(why, hold and hold.first, nil, remainingMs, message) end
  if hold then return refused('held', hold.first, nil, hold.soonest) end

  local fence = ask.slot == '' and nextFence(leastOf(proposal)) or 0
  local head = fence > 0 and string.format(' {"fence":"%.0f"', fence) or ' {"fence":null'
  touched = true
  call('SET', key, token .. head .. ask.tail, 'PX', ask.ttl)
  if key ~= lock then
    markSlots(lock, ask.permits, ask.ttl)
    remember(ask.ends, lock)
  end
  return fence
end

return {
  quarantinedFor = quarantinedFor,
  ask = function(lock, words, ask)
    if ask.late then return { 'late' } end
    if ask.quarantined then return refused('quarantined', nil, nil, ask.quarantined) end
    return byItself(ask.alone and askAlone or askVoter, lock, words, ask)
  end,
}
