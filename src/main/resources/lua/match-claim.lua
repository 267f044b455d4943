-- Takes two out of the queue for a session: the one step that makes a pair.
-- ARGV: 1 device, 2 its socket, 3 its wish, 4 other device, 5 its socket, 6 its wish, 7 session id, 8 pair, 9 now,
--       10 ms for which a meeting counts as recent, 11 ms for which neither may wait again unless he knows of the session
-- Returns 1, or 0 when one does not wait as he did, or has blocked the other
for _, i in ipairs({ 1, 4 }) do
  local at = redis.call('HMGET', key('at:' .. ARGV[i]), 'socket', 'wish')
  if at[1] ~= ARGV[i + 1] or at[2] ~= ARGV[i + 2] then
    return 0
  end
end
if ARGV[1] == ARGV[4] or redis.call('EXISTS', key('avoided')) == 0
  or redis.call('SISMEMBER', key('avoid:' .. ARGV[1]), ARGV[4]) == 1
  or redis.call('SISMEMBER', key('avoid:' .. ARGV[4]), ARGV[1]) == 1 then
  return 0
end
local language = redis.call('HGET', key('at:' .. ARGV[1]), 'language')
local now = tonumber(ARGV[9])
for _, i in ipairs({ 1, 4 }) do
  local met = key('met:' .. ARGV[i])
  redis.call('ZREMRANGEBYSCORE', met, '-inf', now - tonumber(ARGV[10]))
  redis.call('ZADD', met, ARGV[9], ARGV[5 - i])
  redis.call('ZREMRANGEBYRANK', met, 0, -51)
  redis.call('PEXPIRE', met, ARGV[10])
  remove(ARGV[i])
  redis.call('SET', key('busy:' .. ARGV[i]), ARGV[7], 'PX', ARGV[11])
end
redis.call('HSET', key('pairs'), ARGV[7], ARGV[8])
redis.call('ZADD', key('unconfirmed'), ARGV[9], ARGV[7])
local made = key('made:' .. language .. ':' .. math.floor(now / 10000))
redis.call('INCR', made)
redis.call('EXPIRE', made, 90)
return 1
