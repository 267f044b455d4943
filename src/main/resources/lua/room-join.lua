-- ARGV: 1 participant, 2 media node to pin the room to when it has none, 3 ttl seconds
-- ok: version, nodes, previous participant or '', '1' when the room became active, room, participants, producers
local p = cjson.decode(ARGV[1])
local room = redis.call('HMGET', KEYS[1], 'status', 'hostUserId', 'maxParticipants', 'mediaNode')
if not room[1] then
  return fail('NOT_FOUND', 'Room not found')
end
if room[1] == 'closed' then
  return fail('ROOM_CLOSED', 'Room is closed')
end
local is_host = room[2] == p.userId
local previous = redis.call('HGET', KEYS[2], p.userId)
if not previous and not is_host and redis.call('HLEN', KEYS[2]) >= tonumber(room[3]) then
  return fail('ROOM_FULL', 'Room is full')
end
if previous then
  local old = cjson.decode(previous)
  p.joinedAt = old.joinedAt
  remove(old)
end
p.role = is_host and 'host' or 'participant'
count(p, 1)
store(p)
local activated = ''
if is_host and room[1] == 'waiting' then
  redis.call('HSET', KEYS[1], 'status', 'active')
  activated = '1'
end
if (not room[4] or room[4] == '') and ARGV[2] ~= '' then
  redis.call('HSET', KEYS[1], 'mediaNode', ARGV[2])
end
local version = bump(ARGV[3])
return {
  'ok', version, nodes(), previous or '', activated,
  redis.call('HGETALL', KEYS[1]), redis.call('HVALS', KEYS[2]), redis.call('HVALS', KEYS[3]),
}
