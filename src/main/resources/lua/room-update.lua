-- Changes fields of a room from without. ARGV: 1 ttl seconds, 2.. field, value, ...
-- ok: version, nodes, room
if redis.call('EXISTS', KEYS[1]) == 0 then
  return { 'none' }
end
for i = 2, #ARGV, 2 do
  redis.call('HSET', KEYS[1], ARGV[i], ARGV[i + 1])
end
return { 'ok', bump(ARGV[1]), nodes(), redis.call('HGETALL', KEYS[1]) }
