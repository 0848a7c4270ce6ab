--[[ What an operator told a hold: kept beside it, and told again with every renewal. ]]

local function isLapse(notice)
  return notice and string.find(notice, '^{"kind":"lapse"') ~= nil
end

local function refusedAsLapsing(notice, remainingMs)
  local read, said = pcall(cjson.decode, notice)
  return refused('lapsing', nil, nil, remainingMs, read and type(said.message) == 'string' and said.message or nil)
end
