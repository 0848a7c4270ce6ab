--[[
  Mutexes of ours as they are nearly always: held, nobody waiting, their gate open. Changes nothing.

  Input
    ARGV[1]   bytes of a value that are read
    ARGV[2]   the keys of the locks, packed

  Output, not packed: what stands there is longer than names, so that packing it costs more than it saves
    the node's time in seconds and microseconds (0 where it may not be asked), then two per lock
      value, PTTL   held
      false, -2     nothing of it is there
      1, PTTL       there is more to it: read it command by command

  Commands are given text: to make text of a number takes as long as half a command.
]]
local LAST_BYTE = tostring(ARGV[1] - 1)
local call = redis.call

local time = redis.pcall('TIME')
local answers = { tonumber(time[1] or 0), tonumber(time[2] or 0) }
for i, lock in ipairs(cmsgpack.unpack(ARGV[2])) do
  local at = 2 * i + 1
  answers[at], answers[at + 1] = 1, -1
  if call('EXISTS', lock .. ':queue', lock .. ':gate') == 0 then
    local expiry = call('PTTL', lock)
    local value = expiry > -2 and redis.pcall('GETRANGE', lock, '0', LAST_BYTE)
    if type(value) ~= 'table' then answers[at], answers[at + 1] = value, expiry end
  end
end
return answers
