-- Devices to look for again: soon after they began to wait, should nobody have heard of it; when the rule lets them
-- meet more people; then ever less often. Each is given out once.
-- ARGV: 1 now, 2 how many, 3.. ms of waiting after which the rule changes, in order. Returns seeker, since, ...
local now = tonumber(ARGV[1])
local ids = redis.call('ZRANGE', key('due'), '-inf', now, 'BYSCORE', 'LIMIT', 0, ARGV[2])
local due = {}
for _, id in ipairs(ids) do
  local place = redis.call('HMGET', key('at:' .. id), 'since', 'json')
  local since = tonumber(place[1] or '0')
  if since == 0 then
    redis.call('ZREM', key('due'), id)
  else
    local waited = now - since
    local at = now + math.min(math.max(waited, 1000), 300000)
    for i = 3, #ARGV do
      local turn = since + tonumber(ARGV[i])
      if turn > now and turn < at then
        at = turn
      end
    end
    redis.call('ZADD', key('due'), at, id)
    due[#due + 1] = place[2]
    due[#due + 1] = place[1]
  end
end
return due
