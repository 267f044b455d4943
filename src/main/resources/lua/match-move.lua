-- ARGV: 1 device, 2 socket id, 3 node, 4 node that stands by or ''. Returns seeker and since; none when he does not
-- wait by that socket
local at = key('at:' .. ARGV[1])
local known = redis.call('HMGET', at, 'socket', 'json', 'since')
if known[1] ~= ARGV[2] then
  return {}
end
local seeker = cjson.decode(known[2])
seeker.node, seeker.standby = ARGV[3], ARGV[4]
-- cjson writes an empty list as an object
local json = cjson.encode(seeker):gsub('"interests":{}', '"interests":[]')
redis.call('HSET', at, 'json', json)
return { json, known[3] }
