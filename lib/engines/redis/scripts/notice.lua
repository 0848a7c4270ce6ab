--[[ What an operator told a hold: kept beside it, and told again with every renewal. ]]

local function isLapse(notice)
  return notice and string.find(notice, '^{"kind":"lapse"') ~= nil
end

local function refusedAsLapsing(notice, remainingMs)
  local answer = refused('lapsing', nil, nil, remainingMs)
  answer[7] = notice
  return answer
end
