-- Keeps a room that is empty for longer. ARGV: 1 until when, ms since 1970, 2 ttl seconds
-- ok: version, nodes
local version = redis.call('HGET', KEYS[1], 'version')
if not version then
  return { 'none' }
end
local ends = redis.call('HGET', KEYS[1], 'emptyUntil')
if ends and tonumber(ends) < tonumber(ARGV[1]) then
  redis.call('HSET', KEYS[1], 'emptyUntil', ARGV[1])
end
for i = 1, 6 do
  redis.call('EXPIRE', KEYS[i], ARGV[2])
end
return { 'ok', version, nodes() }
