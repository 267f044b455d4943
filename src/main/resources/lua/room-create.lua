-- ARGV: 1 ttl seconds, 2.. field, value, ...
if redis.call('EXISTS', KEYS[1]) == 1 then
  return fail('CONFLICT', '%s exists already')
end
redis.call('HSET', KEYS[1], unpack(ARGV, 2))
redis.call('EXPIRE', KEYS[1], ARGV[1])
return { 'ok', 0, {} }
