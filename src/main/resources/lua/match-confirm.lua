-- A pair is together, or never will be: its devices know of the session, and may wait again.
-- ARGV: 1 session id, 2 and 3 devices
redis.call('ZREM', key('unconfirmed'), ARGV[1])
for i = 2, 3 do
  local busy = key('busy:' .. ARGV[i])
  if redis.call('GET', busy) == ARGV[1] then
    redis.call('DEL', busy)
  end
end
return redis.call('HDEL', key('pairs'), ARGV[1])
