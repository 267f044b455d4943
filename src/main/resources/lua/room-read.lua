-- ok: version, nodes, room, participants, producers, pending
local version = redis.call('HGET', KEYS[1], 'version')
if not version then
  return fail('NOT_FOUND', '%s not found')
end
return {
  'ok', version, nodes(),
  redis.call('HGETALL', KEYS[1]), redis.call('HVALS', KEYS[2]), redis.call('HVALS', KEYS[3]),
  redis.call('HVALS', KEYS[5]),
}
