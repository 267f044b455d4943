-- ARGV: 1 user id, 2 socket id
-- ok: version, nodes, participants, room code
local p = actor(ARGV[1], ARGV[2])
if redis.call('EXISTS', KEYS[1]) == 0 then
  return fail('NOT_FOUND', 'Room not found')
end
if not p then
  return fail('FORBIDDEN', 'Not a participant in this room')
end
if p.role ~= 'host' then
  return fail('FORBIDDEN', 'Only the host can close the room')
end
local all = nodes()
local participants = redis.call('HVALS', KEYS[2])
local code = redis.call('HGET', KEYS[1], 'roomCode') or ''
local version = redis.call('HINCRBY', KEYS[1], 'version', 1)
erase()
return { 'ok', version, all, participants, code }
