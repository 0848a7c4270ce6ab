--[[
  Gives holds another full TTL, if they are still theirs (renew-slowly.lua: if there is more to say or to change).

  Input, after what every call begins with
    ARGV[2..] per run: how many holds, ttlMs, permits, slot ('' = none), and then per hold: its token, followed by the
              fence that it is raised to

  Output, per hold
    fence | { 'granted', fence, json of the notice } | { 'refused', why, '', -1, remaining ms, message }
    { 'error', message, '0' | '1' }
]]
local RUN = 4
local NOT_HELD = { 'refused', 'not-held', '', -1, -1, '' }
local answers, begun = {}, false

local function main()
  -- What is stored, and whether anybody was told anything.
  local values, told = call('MGET', unpack(KEYS, OWN + 1)), {}
  for k = OWN + 1, #KEYS do told[k - OWN] = KEYS[k] .. ':notice' end
  told = call('EXISTS', unpack(told)) > 0
  begun = true

  local found, changed, slow, i, at = {}, {}, nil, 0, 2
  while at <= #ARGV do
    local count, ttl, permits, slot = unpack(ARGV, at, at + RUN - 1)
    local quick, ends = not told and slot == '' and permits == '1', ms + ttl
    local first = at + RUN
    at = first + count

    for a = first, at - 1 do
      i = i + 1
      local lock, stored, answer = KEYS[OWN + i], values[i], NOT_HELD
      if not quick or changed[lock] or #ARGV[a] > TOKEN_LENGTH then
        slow, changed[lock] = slow or slowly(), true
        answer = slow(lock, slot, ARGV[a], ttl)
      elseif stored and string.sub(stored, 1, TOKEN_LENGTH) == ARGV[a] then
        local done = redis.pcall('PEXPIRE', lock, ttl)
        if done == 1 then
          answer = tonumber(string.match(stored, '^{"fence":"(%d+)"', TOKEN_LENGTH + 2)) or 0
        elseif done ~= 0 then
          answer = { 'error', done.err, '0' }
        end
      end
      if type(answer) == 'number' or answer[1] == 'granted' then
        local n = #found
        found[n + 1], found[n + 2] = ends, string.sub(lock, 5, -2)
      end
      answers[i] = answer
    end
  end
  if fenceMoved then call('SET', CLOCK, lastFence) end
  if INDEX and #found > 0 then redis.pcall('ZADD', INDEX, 'GT', unpack(found)) end
end

local done, problem = pcall(main)
if done then return answers end
return { 'failed', type(problem) == 'table' and problem.err or tostring(problem), begun and '1' or '0' }
