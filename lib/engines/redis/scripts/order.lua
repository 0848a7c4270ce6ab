--[[
  What operators lay on locks.

  Input, after what every call begins with
    ARGV[2]   '1' = this node decides alone
    ARGV[3..] per order: act, forMs, token ('' = of everybody who holds it now), rest (of a json: what was said, by whom)

  Output, per order
    0 | { 'refused', 'not-held', ... } | { 'error', message, '0' | '1' }
]]
local alone = ARGV[2] == '1'
local answers = {}

-- Everybody who holds it: rows of token, json, and in how many ms that ends.
local function holdsOf(lock)
  local rows = {}
  local function add(key)
    local hold = holdersOf(key)
    if hold and hold.hash and hold.count == 0 then
      for slot = 0, hold.permits - 1 do add(slotOf(lock, slot)) end
    end
    for token, json in pairs(hold and hold.tokens or {}) do
      table.insert(rows, { token, json, endOf(hold, token) or 0 })
    end
  end
  add(lock)
  return rows
end

local function tellHolders(lock, act, token, rest)
  local notices, told = lock .. ':notice', {}
  for _, row in ipairs(holdsOf(lock)) do
    local holder, json, endsIn = unpack(row)
    if token == '' or token == holder then
      touched = true
      if act == 'lapse' or not isLapse(call('HGET', notices, holder)) then
        call('HSET', notices, holder, '{"kind":"' .. act .. '",' .. rest)
      end
      if call('PTTL', notices) < endsIn then call('PEXPIRE', notices, endsIn) end
      told[processOf(json)] = true
    end
  end
  if not next(told) then return refused('not-held') end
  for process in pairs(told) do tell(process, 'look ' .. nameOf(lock)) end
  return 0
end

local function close(lock, act, forMs, rest)
  local gate = lock .. ':gate'
  touched = true
  call('HSET', gate, act, '{"until":' .. ms + forMs .. rest)
  if call('PTTL', gate) < tonumber(forMs) then call('PEXPIRE', gate, forMs) end
  remember(ms + forMs, lock)
  return 0
end

local function unfreeze(lock)
  touched = true
  call('HDEL', lock .. ':gate', 'freeze')
  if not alone then
    local _, waiter = headOf(lock)
    if waiter and taken(lock, waiter.permits) < waiter.permits then wakeHead(lock) end
    return 0
  end
  if closedBy(lock) then return 0 end
  repeat
    local ticket, fence, waiter = handOver(lock, tidyHoldersOf(lock))
    if ticket then tellHanded(lock, ticket, fence, waiter.process) end
  until not ticket
  return 0
end

local function orderOne(lock, act, forMs, token, rest)
  if act == 'freeze' or act == 'hold-back' then return close(lock, act, forMs, rest) end
  if act == 'unfreeze' then return unfreeze(lock) end
  return tellHolders(lock, act, token, rest)
end

return answersOf(function()
  for i = 1, #KEYS - OWN do
    answers[i] = byItself(orderOne, KEYS[OWN + i], unpack(ARGV, i * 4 - 1, i * 4 + 2))
  end
end, answers)
