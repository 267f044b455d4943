-- ARGV: 1 key, 2 socket id, 3 node it is on, 4 node it is on from now, 5 node that stands by or '',
--       6 ttl seconds
-- ok: version, nodes of before and after, participant, room, participants, producers, pending
local p = actor(ARGV[1], ARGV[2])
if not p or (p.node ~= ARGV[3] and p.node ~= ARGV[4]) then
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
