-- ARGV: 1 device, 2 socket id. Returns 1 when he waited by that socket
if redis.call('HGET', key('at:' .. ARGV[1]), 'socket') ~= ARGV[2] then
  return 0
end
remove(ARGV[1])
return 1
