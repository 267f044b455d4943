-- Pins a room to a media node unless it is on one. ARGV: 1 key, 2 socket id, 3 media node
-- ok: version, nodes, the media node it is on
if not actor(ARGV[1], ARGV[2]) then
  return fail('FORBIDDEN', 'Not a participant in this room')
end
local node = redis.call('HGET', KEYS[1], 'mediaNode')
if not node or node == '' then
  node = ARGV[3]
  redis.call('HSET', KEYS[1], 'mediaNode', node)
end
return { 'ok', redis.call('HGET', KEYS[1], 'version'), {}, node }
