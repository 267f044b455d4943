-- ARGV: 1 user id, 2 socket id, 3 ttl seconds
-- ok: version, nodes, participant who left, '1' when he was the last and the room is gone
local p = actor(ARGV[1], ARGV[2])
if not p then
  return { 'none' }
end
local all = nodes()
local text = redis.call('HGET', KEYS[2], p.userId)
remove(p)
local version = bump(ARGV[3])
if redis.call('HLEN', KEYS[2]) == 0 then
  erase()
  return { 'ok', version, all, text, '1' }
end
return { 'ok', version, all, text, '' }
