-- ARGV: 1 ttl seconds, 2.. field, value, ...
if redis.call('EXISTS', KEYS[1]) == 1 then
  return fail('CONFLICT', '%s exists already')
end
for i = 2, #ARGV, 2 do
  redis.call('HSET', KEYS[1], ARGV[i], ARGV[i + 1])
end
redis.call('EXPIRE', KEYS[1], ARGV[1])
return { 'ok', 0, {} }
