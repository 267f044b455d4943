-- Whom somebody can choose from: the first few of each shelf who have not blocked him, or been blocked by him.
-- ARGV: 1 device, 2 now, 3 since when a meeting counts as recent, 4 how many to take of a shelf,
--       5 how many to look at, 6.. shelf, until when those have waited who count
-- seeker, since, then of each: seeker, since, '1' if the two met lately;
-- 'gone' when he does not wait; 'cold' when it is not known who has blocked whom
local device, most, deepest = ARGV[1], tonumber(ARGV[4]), tonumber(ARGV[5])
local self = redis.call('HMGET', key('at:' .. device), 'json', 'since')
if not self[1] then
  return { 'gone' }
end
if redis.call('EXISTS', key('avoided')) == 0 then
  return { 'cold' }
end
local avoid, met = key('avoid:' .. device), key('met:' .. device)
local has_avoided, has_met = redis.call('EXISTS', avoid) == 1, redis.call('EXISTS', met) == 1
local answer = { self[1], self[2] }
for i = 6, #ARGV, 2 do
  local shelf, from, taken, again = key('on:' .. ARGV[i]), 0, 0, 0
  while taken < most and from < deepest do
    local ids = redis.call('ZRANGE', shelf, '-inf', ARGV[i + 1], 'BYSCORE', 'LIMIT', from, most)
    if #ids == 0 then
      break
    end
    for _, id in ipairs(ids) do
      if id ~= device and taken < most and not (has_avoided and redis.call('SISMEMBER', avoid, id) == 1) then
        local at = has_met and redis.call('ZSCORE', met, id)
        local lately = at and tonumber(at) > tonumber(ARGV[3])
        if not lately or again < most then
          local other = redis.call('HMGET', key('at:' .. id), 'json', 'since')
          if other[1] then
            answer[#answer + 1] = other[1]
            answer[#answer + 1] = other[2]
            answer[#answer + 1] = lately and '1' or ''
            if lately then
              again = again + 1
            else
              taken = taken + 1
            end
          end
        end
      end
    end
    from = from + most
  end
end
return answer
