-- Where devices stand in the queues of their languages. ARGV: 1 now, 2.. device, language, ...
-- of each: position from 1 or 0 when it does not wait, pairs made in that language in the last minute
local slot = math.floor(tonumber(ARGV[1]) / 10000)
local rates, answer = {}, {}
for i = 2, #ARGV, 2 do
  local language = ARGV[i + 1]
  if not rates[language] then
    local made = 0
    for back = 1, 6 do
      made = made + tonumber(redis.call('GET', key('made:' .. language .. ':' .. (slot - back))) or '0')
    end
    rates[language] = made
  end
  local rank = redis.call('ZRANK', key('language:' .. language), ARGV[i])
  answer[#answer + 1] = rank and rank + 1 or 0
  answer[#answer + 1] = rates[language]
end
return answer
