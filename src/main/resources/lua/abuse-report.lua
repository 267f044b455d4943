-- KEYS: the set of those who have reported. ARGV: 1 ms of the window, which begins with the first,
--       2 who reports
-- the number of different ones in this window, 0 when this one has reported before
if redis.call('SADD', KEYS[1], ARGV[2]) == 0 then
  return 0
end
local count = redis.call('SCARD', KEYS[1])
if count == 1 then
  redis.call('PEXPIRE', KEYS[1], ARGV[1])
end
return count
