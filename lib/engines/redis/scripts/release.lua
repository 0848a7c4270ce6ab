--[[
  Ends holds, if they are still theirs, and on a lone node places in the queue. What becomes free there is given to who
  waits first; on a voter who waits first is told to ask (release-slowly.lua).

  Input, after what every call begins with
    ARGV[2]   '1' = this node decides alone
    ARGV[3..] per run: how many, permits, slot ('' = none), the process that speaks, and then per hold: its token,
              and '-' if the index was never told of it

  Output, per hold
    0 | { 'handed', 16 digits of the ticket, fence } | { 'refused', 'not-held', ... } | { 'error', message, '0' | '1' }
]]
local RUN = 4
local NOT_HELD = { 'refused', 'not-held', '', -1, -1, '' }
local answers, begun = {}, false

local function main()
  -- What is stored, and whether there is anything beside the locks.
  local values, around = call('MGET', unpack(KEYS, OWN + 1)), {}
  for k = OWN + 1, #KEYS do
    local lock, n = KEYS[k], #around
    around[n + 1], around[n + 2], around[n + 3] = lock .. ':queue', lock .. ':notice', lock .. ':gate'
  end
  around = call('EXISTS', unpack(around)) > 0
  begun = true

  local ended, names, gone, slow, i, at = {}, {}, {}, nil, 0, 3
  while at <= #ARGV do
    local count, permits, slot, process = unpack(ARGV, at, at + RUN - 1)
    local quick = not around and slot == '' and permits == '1'
    local first = at + RUN
    at = first + count

    for a = first, at - 1 do
      i = i + 1
      local lock, stored, answer = KEYS[OWN + i], values[i], NOT_HELD
      local token = string.sub(ARGV[a], 1, TOKEN_LENGTH)
      if not quick then
        slow = slow or slowly()
        answer = slow(lock, slot, token, process)
      elseif stored and string.sub(stored, 1, TOKEN_LENGTH) == token and not gone[lock] then
        answer, gone[lock], ended[#ended + 1] = 0, true, lock
        if token == ARGV[a] then names[#names + 1] = string.sub(lock, 5, -2) end
      end
      answers[i] = answer
    end
  end
  if fenceMoved then call('SET', CLOCK, lastFence) end
  if #ended == 0 then return end
  call('DEL', unpack(ended))
  if INDEX and #names > 0 then redis.pcall('ZREM', INDEX, unpack(names)) end
end

local done, problem = pcall(main)
if done then return answers end
return { 'failed', type(problem) == 'table' and problem.err or tostring(problem), begun and '1' or '0' }
