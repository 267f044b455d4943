-- Claims the name KEYS[1] for a room unless another one has it.
-- ARGV: 1 room id, 2 id of a room that has it no longer or '', 3 ttl seconds
-- the id of the room that has it
local there = redis.call('GET', KEYS[1])
if there and there ~= ARGV[2] then
  return there
end
redis.call('SET', KEYS[1], ARGV[1], 'EX', ARGV[3])
return ARGV[1]
