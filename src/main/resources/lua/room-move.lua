-- ARGV: 1 key, 2 socket id, 3 node it is on, 4 node it is on from now, 5 node that stands by or '',
--       6 ttl seconds
-- ok: version, nodes of before and after, participant, room, participants, producers, pending
-- or none, when he is not in it; if he waits to be let in, his request has moved
local p = actor(ARGV[1], ARGV[2])
if not p then
  local text = redis.call('HGET', KEYS[5], ARGV[1])
  local request = text and cjson.decode(text)
  if request and request.socketId == ARGV[2] and (request.node == ARGV[3] or request.node == ARGV[4]) then
    count(request, -1)
    request.node, request.standby = ARGV[4], ARGV[5]
    count(request, 1)
    redis.call('HSET', KEYS[5], ARGV[1], cjson.encode(request))
  end
  return { 'none' }
end
if (p.node ~= ARGV[3] and p.node ~= ARGV[4]) then
  return { 'none' }
end
local told, known = nodes(), {}
for _, node in ipairs(told) do
  known[node] = true
end
count(p, -1)
p.node = ARGV[4]
p.standby = ARGV[5]
count(p, 1)
store(p)
for _, node in ipairs(nodes()) do
  if not known[node] then
    table.insert(told, node)
  end
end
return {
  'ok', bump(ARGV[6]), told, encode(p),
  redis.call('HGETALL', KEYS[1]), redis.call('HVALS', KEYS[2]), redis.call('HVALS', KEYS[3]),
  redis.call('HVALS', KEYS[5]),
}
