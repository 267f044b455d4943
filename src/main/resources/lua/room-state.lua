-- A participant's own marks, or the room's settings by its host.
-- ARGV: 1 key, 2 socket id, 3 'self' or 'settings', 4 ttl seconds, 5.. field, value: '1' or '', 'toggle',
--       or a text after '='
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
    local field, value = ARGV[i], ARGV[i + 1]
    if field == 'isScreenSharing' and value == '1' and p.role ~= 'host'
      and redis.call('HGET', KEYS[1], 'allowScreenShare') ~= '1' then
      return fail('FORBIDDEN', 'Screen sharing is disabled')
    end
    if value == 'toggle' then
      p[field] = not p[field]
    elseif string.sub(value, 1, 1) == '=' then
      p[field] = string.sub(value, 2)
    else
      p[field] = value == '1'
    end
  end
  store(p)
end
return { 'ok', bump(ARGV[4]), nodes(), encode(p), redis.call('HGETALL', KEYS[1]) }
