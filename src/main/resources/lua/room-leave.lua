-- ARGV: 1 user id, 2 socket id, 3 ttl seconds
-- ok: version, nodes, participant who left, '1' when he was the last and the room is gone,
--     room code
local p = actor(ARGV[1], ARGV[2])
if not p then
  return { 'none' }
end
local all = nodes()
local text = redis.call('HGET', KEYS[2], p.userId)
remove(p)
local version = bump(ARGV[3])
local code = redis.call('HGET', KEYS[1], 'roomCode') or ''
if redis.call('HLEN', KEYS[2]) == 0 then
  erase()
  return { 'ok', version, all, text, '1', code }
end
return { 'ok', version, all, text, '', code }
