-- Deletes a string if its whole value is still the one that was seen.
-- KEYS[1] key  ARGV[1] value
-- Gives: freed | gone | other
local value = redis.call('GETRANGE', KEYS[1], 0, #ARGV[1])
if value == '' then return 'gone' end
if value ~= ARGV[1] then return 'other' end
redis.call('DEL', KEYS[1])
return 'freed'
