-- A participant's own marks, or the room's settings by its host.
-- ARGV: 1 user id, 2 socket id, 3 'self' or 'settings', 4 ttl seconds, 5.. field, value ('1' or '')
-- ok: version, nodes, participant, room
local p = actor(ARGV[1], ARGV[2])
if not p then
  return fail('FORBIDDEN', 'Not a participant in this room')
end
if ARGV[3] == 'settings' then
  if p.role ~= 'host' then
    return fail('FORBIDDEN', 'Only the host can modify room settings')
  end
  for i = 5, #ARGV, 2 do
    redis.call('HSET', KEYS[1], ARGV[i], ARGV[i + 1])
  end
else
  for i = 5, #ARGV, 2 do
    if ARGV[i + 1] == 'toggle' then
      p[ARGV[i]] = not p[ARGV[i]]
    else
      p[ARGV[i]] = ARGV[i + 1] == '1'
    end
  end
  store(p)
end
return { 'ok', bump(ARGV[4]), nodes(), encode(p), redis.call('HGETALL', KEYS[1]) }
