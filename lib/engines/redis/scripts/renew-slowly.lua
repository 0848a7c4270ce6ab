--[[ Holds of renew.lua that were told something, are raised to a fence, or are one of several. ]]

-- Gives a string its time, and the fence that a majority has made of its own; answers the fence.
local function renewString(key, stored, ttl, raiseTo)
  local fence, raised = tonumber(fenceOf(stored)) or 0, tonumber(raiseTo) or 0
  if raised > 0 and fence > 0 then raiseClock(raised) end
  touched = true
  if fence == 0 or raised <= fence then
    call('PEXPIRE', key, ttl)
    return fence
  end
  local head = string.sub(stored, 1, TOKEN_LENGTH) .. string.format(' {"fence":"%.0f"', raised)
  call('SET', key, head .. string.match(stored, '^{"fence":"%d+"(.*)$', TOKEN_LENGTH + 2), 'PX', ttl)
  return raised
end

local function renewOne(lock, slot, words, ttl)
  local token, raiseTo = string.sub(words, 1, TOKEN_LENGTH), string.sub(words, TOKEN_LENGTH + 1)
  local key = slotOf(lock, slot)
  local hold = holdersOf(key)
  if not hold or not hold.tokens[token] then return refused('not-held') end

  local notices = lock .. ':notice'
  local notice = call('HGET', notices, token)
  if isLapse(notice) then return refusedAsLapsing(notice, endOf(hold, token)) end
  local fence = 0
  if hold.hash then
    touched = true
    renewPermit(key, token, hold.tokens[token], ttl)
  else
    fence = renewString(key, hold.value, ttl, raiseTo)
    if key ~= lock then markSlots(lock, hold.permits, ttl) end
  end
  if not notice then return fence end
  if call('PTTL', notices) < tonumber(ttl) then call('PEXPIRE', notices, ttl) end
  return { 'granted', fence, notice }
end

return function(...)
  return byItself(renewOne, ...)
end
