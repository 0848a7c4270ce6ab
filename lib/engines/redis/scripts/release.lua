--[[
  Ends holds, if they are still theirs, and on a lone node places in the queue. What becomes free there is given to who
  waits first; on a voter who waits first is told to ask.

  Input, after what every call begins with
    ARGV[2]   '1' = this node decides alone
    ARGV[3..] per run: how many, permits, slot ('' = none), the process that speaks, and then per hold: its token

  Output, per hold
    0 | { 'handed', 16 digits of the ticket, fence } | { 'refused', 'not-held', ... } | { 'error', message, '0' | '1' }
]]
local RUN = 4
local NOT_HELD = refused('not-held')
local alone = ARGV[2] == '1'

-- Whether the token had a hold; and on a lone node who holds it still.
local function endHold(lock, key, token)
  local hold = tidyHoldersOf(key)
  if not hold or not hold.tokens[token] then return false, hold end
  touched = true
  if hold.count == 1 then
    call('DEL', key)
    return true, nil
  end
  call('HDEL', key, token)
  hold.count = hold.count - 1
  return true, hold
end

-- What is done may not be undone, and must be answered: an error while handing over is nobody's.
local function handOverTo(lock, hold, process)
  local told
  pcall(function()
    if closedBy(lock) then return end
    local ticket, fence, waiter = handOver(lock, hold)
    if not ticket then return end
    if waiter.process == process then
      told = { 'handed', string.sub(ticket, 1, 16), fence }
    else
      tellHanded(lock, ticket, fence, waiter.process)
    end
  end)
  return told
end

local function releaseOne(lock, key, token, run)
  local ended, hold = endHold(lock, key, token)
  if ended then redis.pcall('HDEL', lock .. ':notice', token) end
  if not alone then
    if ended then wakeHead(lock) end
    return ended and 0 or NOT_HELD
  end
  if not ended then forget(lock, token) end
  local told = handOverTo(lock, hold, ended and run.process)
  if not ended then return NOT_HELD end
  return told or 0
end

-- Every run with its keys, and of all what is stored and whether there is anything beside it.
local function readRuns()
  local runs, keys, around, at = {}, {}, {}, 3
  while at <= #ARGV do
    local count, permits, slot, process = tonumber(ARGV[at]), tonumber(ARGV[at + 1]), ARGV[at + 2], ARGV[at + 3]
    runs[#runs + 1] = { count = count, process = process, counted = permits > 1 and slot == '', slot = slot, first = at + RUN }
    for _ = 1, count do
      local lock = KEYS[OWN + #keys + 1]
      keys[#keys + 1] = slotOf(lock, slot)
      local n = #around
      around[n + 1], around[n + 2], around[n + 3] = lock .. ':queue', lock .. ':notice', lock .. ':gate'
    end
    at = at + RUN + count
  end
  return runs, keys, call('MGET', unpack(keys)), call('EXISTS', unpack(around)) > 0
end

local answers = {}

local function main()
  local runs, keys, values, around = readRuns()
  local ended, names, gone = {}, {}, {}
  for _, run in ipairs(runs) do
    for at = run.first, run.first + run.count - 1 do
      local i, token, answer = #answers + 1, ARGV[at], nil
      local key, lock = keys[i], KEYS[OWN + i]
      if around or run.counted then
        answer = byItself(releaseOne, lock, key, token, run)
      elseif isOf(values[i], token) and not gone[key] then
        answer, gone[key], ended[#ended + 1] = 0, true, key
        if run.slot == '' then names[#names + 1] = nameOf(lock) end
      else
        answer = NOT_HELD
      end
      answers[i] = answer
    end
  end
  if #ended > 0 then call('DEL', unpack(ended)) end
  if INDEX and #names > 0 then redis.pcall('ZREM', INDEX, unpack(names)) end
end

return answersOf(main, answers)
