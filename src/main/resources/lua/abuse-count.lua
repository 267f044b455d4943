-- KEYS: the counter. ARGV: 1 ms of the window, which begins with the first count
-- the number counted in this window
local count = redis.call('INCR', KEYS[1])
if count == 1 then
  redis.call('PEXPIRE', KEYS[1], ARGV[1])
end
return count
