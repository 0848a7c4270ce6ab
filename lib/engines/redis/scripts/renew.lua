--[[
  Gives holds another full TTL, if they are still theirs.

  Input, after what every call begins with
    ARGV[2..] per run: how many holds, ttlMs, permits, slot ('' = none), and then per hold: its token, followed by the
              fence that it is raised to

  Output, per hold
    fence | { 'granted', fence, json of the notice } | { 'refused', why, '', -1, remaining ms, message }
    { 'error', message, '0' | '1' }
]]
local RUN = 4
local NOT_HELD = refused('not-held')
local found = {}

-- Gives a string its time, and the fence that a majority has made of its own; answers the fence.
local function renewString(key, stored, ttl, raiseTo)
  local fence, raised = tonumber(fenceOf(stored)) or 0, tonumber(raiseTo) or 0
  if raised > 0 and fence > 0 then raiseClock(raised) end
  touched = true
  if fence == 0 or raised <= fence then
    call('PEXPIRE', key, ttl)
    return fence
  end
  local rest = string.match(stored, '^{"fence":"%d+"(.*)$', TOKEN_LENGTH + 2)
  call('SET', key, string.sub(stored, 1, TOKEN_LENGTH) .. ' {"fence":"' .. whole(raised) .. '"' .. rest, 'PX', ttl)
  return raised
end

local function renewOne(lock, key, stored, token, raiseTo, run)
  local hold
  if not isOf(stored, token) then
    hold = not stored and run.counted and holdersOf(key) or nil
    if not hold or not hold.tokens[token] then return NOT_HELD end
  end
  local notices = run.told and lock .. ':notice'
  local notice = notices and call('HGET', notices, token)
  if isLapse(notice) then return refusedAsLapsing(notice, hold and endOf(hold, token) or call('PTTL', key)) end

  local fence = 0
  if hold then
    touched = true
    renewPermit(key, token, hold.tokens[token], run.ttl)
  else
    fence = renewString(key, stored, run.ttl, raiseTo)
  end
  found[#found + 1], found[#found + 2] = run.ends, nameOf(lock)
  if not notice then return fence end
  if call('PTTL', notices) < tonumber(run.ttl) then call('PEXPIRE', notices, run.ttl) end
  return { 'granted', fence, notice }
end

-- Every run with its keys, and of all what is stored and whether anybody was told anything.
local function readRuns()
  local runs, keys, notices, at = {}, {}, {}, 2
  while at <= #ARGV do
    local count, ttl, permits, slot = tonumber(ARGV[at]), ARGV[at + 1], tonumber(ARGV[at + 2]), ARGV[at + 3]
    local counted = permits > 1 and slot == ''
    runs[#runs + 1] = { count = count, ttl = ttl, ends = whole(ms + ttl), counted = counted, first = at + RUN }
    for _ = 1, count do
      local lock = KEYS[OWN + #keys + 1]
      keys[#keys + 1], notices[#notices + 1] = slotOf(lock, slot), lock .. ':notice'
    end
    at = at + RUN + count
  end
  return runs, keys, call('MGET', unpack(keys)), call('EXISTS', unpack(notices)) > 0
end

local answers = {}

local function main()
  local runs, keys, values, told = readRuns()
  for _, run in ipairs(runs) do
    run.told = told
    for at = run.first, run.first + run.count - 1 do
      local i = #answers + 1
      local token, raiseTo = string.sub(ARGV[at], 1, TOKEN_LENGTH), string.sub(ARGV[at], TOKEN_LENGTH + 1)
      answers[i] = byItself(renewOne, KEYS[OWN + i], keys[i], values[i], token, raiseTo, run)
    end
  end
  remember(found)
end

return answersOf(main, answers)
