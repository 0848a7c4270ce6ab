--[[ While the gate of a lock is closed nobody is granted. ]]

local function endOfEntry(entry)
  local ends = entry and tonumber(string.match(entry, '^{"until":(%d+)'))
  return ends and ends > ms and ends - ms or nil
end

-- Why it is closed, for how many ms, and what was said about it; nil when it is open. A freeze is told first.
local function closedBy(lock)
  local stored = call('HMGET', lock .. ':gate', 'freeze', 'hold-back')
  for i, why in ipairs({ 'frozen', 'held-back' }) do
    local remainingMs = endOfEntry(stored[i])
    if remainingMs then
      local read, entry = pcall(cjson.decode, stored[i])
      return why, remainingMs, read and type(entry.message) == 'string' and entry.message or nil
    end
  end
end

-- In how many ms it is open; nil when it is.
local function opensIn(lock)
  local stored = call('HMGET', lock .. ':gate', 'freeze', 'hold-back')
  local freeze, holdBack = endOfEntry(stored[1]), endOfEntry(stored[2])
  return freeze and holdBack and math.max(freeze, holdBack) or freeze or holdBack
end
