-- A pair is together, or never will be: its devices know of the session, and may wait again. ARGV: 1 session id
redis.call('ZREM', key('unconfirmed'), ARGV[1])
local json = redis.call('HGET', key('pairs'), ARGV[1])
if json then
  local pair = cjson.decode(json)
  for _, seeker in ipairs({ pair.first, pair.second }) do
    local busy = key('busy:' .. seeker.deviceId)
    if redis.call('GET', busy) == ARGV[1] then
      redis.call('DEL', busy)
    end
  end
end
return redis.call('HDEL', key('pairs'), ARGV[1])
