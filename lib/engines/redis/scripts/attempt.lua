--[[
  Asks for locks, one after the other; each stands alone. Asks that differ in name and token only follow one another in
  a run, of which the rest is said once. What may stand in the way is looked at in attempt-slowly.lua. The index is told
  of permits and places in a queue; of a mutex it is told later, if it is held for longer than a moment.

  Input, after what every call begins with
    ARGV[2]   for how many ms a node that lost its memory grants nothing; '' = this node is no voter
    ARGV[3]   the run id of this server, '' = not known
    ARGV[4]   '1' = for some of the asks this node decides alone
    ARGV[5..] per run: how many asks, ttlMs, permits, slot ('' = none), heartbeatMs ('' = does not queue),
              notAfter (ms by this node's clock; '0' = any time), alone ('1', '0' = of a voter), owner (json)
              and then per ask: its token, followed by the fence that the client proposes

  Output, per ask
    fence | { 'refused', why, json of the holder, place, remaining ms, message } | { 'late' }
    { 'error', message, '1' = something of it was done }
]]
local RUN = 8
local answers, begun = {}, false

local function main()
  local slow, quarantined
  if ARGV[2] == '' then
    lastFence = tonumber(call('GET', CLOCK) or 0) or 0
  else
    local last, mark, since = unpack(call('MGET', CLOCK, KEYS[3], KEYS[4]))
    lastFence = tonumber(last or 0) or 0
    if since or not mark or ARGV[3] ~= '' and string.sub(mark, -#ARGV[3]) ~= ARGV[3] then
      slow = slowly()
      quarantined = slow.quarantinedFor(mark, since, ARGV[2], ARGV[3])
    end
  end

  -- Whether anything but the lock's own key may matter to any of the asks. To a voter the queue does not.
  local around = {}
  for k = OWN + 1, #KEYS do
    around[#around + 1] = KEYS[k] .. ':gate'
    if ARGV[4] == '1' then around[#around + 1] = KEYS[k] .. ':queue' end
  end
  around = quarantined or call('EXISTS', unpack(around)) > 0

  begun = true
  local before, at, k = lastFence, 5, OWN
  while at <= #ARGV do
    local count, ttl, permits, slot, heartbeatMs, notAfter, alone, owner = unpack(ARGV, at, at + RUN - 1)
    local late, voter = notAfter ~= '0' and ms > tonumber(notAfter), alone == '0'
    local shared = slot == '' and '' or ',"permits":' .. permits
    local tail = ',"since":' .. ms .. ',"ttl":' .. ttl .. shared .. ',"owner":' .. owner .. '}'
    -- Free for sure when its key is: nobody waits, and there is nothing to count.
    local quick = not around and not late and slot == '' and permits == '1'
    local first, least = at + RUN, us
    at = first + count

    for a = first, at - 1 do
      k = k + 1
      local lock, token, answer = KEYS[k], ARGV[a], nil
      if quick then
        if voter then
          least, token = leastOf(string.sub(token, TOKEN_LENGTH + 1)), string.sub(token, 1, TOKEN_LENGTH)
        end
        local fence = lastFence < least and least or lastFence + 1
        local value = token .. string.format(' {"fence":"%.0f"', fence) .. tail
        local set = redis.pcall('SET', lock, value, 'PX', ttl, 'NX')
        if set and set.err then
          answer = { 'error', set.err, '0' }
        elseif set then
          answer, lastFence = fence, fence
        end
      end
      if not answer then
        slow = slow or slowly()
        answer = slow.ask(lock, ARGV[a], {
          ttl = ttl, ends = ms + ttl, permits = tonumber(permits), slot = slot, owner = owner, tail = tail,
          heartbeatMs = tonumber(heartbeatMs), alone = not voter, late = late, quarantined = quarantined,
        })
      end
      answers[k - OWN] = answer
    end
  end

  if lastFence > before then call('SET', CLOCK, lastFence) end
end

local done, problem = pcall(main)
if done then return answers end
return { 'failed', type(problem) == 'table' and problem.err or tostring(problem), begun and '1' or '0' }
