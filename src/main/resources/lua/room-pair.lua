-- Makes a room with two in it. ARGV: 1 ttl seconds, 2 and 3 participants, 4.. field, value, ...
-- ok: version, nodes; or none when it was made before
if redis.call('EXISTS', KEYS[1]) == 1 then
  return { 'none' }
end
redis.call('HSET', KEYS[1], unpack(ARGV, 4))
for i = 2, 3 do
  local p = cjson.decode(ARGV[i])
  store(p)
  count(p, 1)
end
return { 'ok', bump(ARGV[1]), nodes() }
