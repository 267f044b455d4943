-- ARGV: 1 device, 2 seeker, 3 since, 4 socket id, 5 wish, 6 shelf of any region, 7 shelf of the region, 8 language,
--       9 now, 10 session he was in last or '', 11 joins allowed, 12 in so many ms,
--       13 '1' when he waits again as before: then nothing is counted, and a newer wish stands,
--       14.. shelf he would look at, until when those have waited who count
-- 'queued', position from 1, length, 1 if somebody stands where he would look; or 'unchanged'; or 'taken'; or 'limited', ms until he may ask again
local device = ARGV[1]
local busy = redis.call('GET', key('busy:' .. device))
if busy and busy ~= ARGV[10] then
  return { 'taken' }
end
local before = redis.call('HMGET', key('at:' .. device), 'since', 'socket', 'wish')
if before[1] and (ARGV[13] == '1' or (before[2] == ARGV[4] and before[3] == ARGV[5])) then
  return { 'unchanged' }
end
if ARGV[13] ~= '1' then
  local joins = key('joins:' .. device)
  local count = redis.call('INCR', joins)
  if count == 1 then
    redis.call('PEXPIRE', joins, ARGV[12])
  end
  if count > tonumber(ARGV[11]) then
    return { 'limited', redis.call('PTTL', joins) }
  end
end
unshelve(device)
local hope = 0
for i = 14, #ARGV, 2 do
  if redis.call('ZCOUNT', key('on:' .. ARGV[i]), '-inf', ARGV[i + 1]) > 0 then
    hope = 1
    break
  end
end
local since = before[1] or ARGV[3]
enter(device, ARGV[2], since, ARGV[4], ARGV[5], ARGV[6], ARGV[7], ARGV[8], tonumber(ARGV[9]) + 1000)
local all = key('language:' .. ARGV[8])
return { 'queued', redis.call('ZRANK', all, device) + 1, redis.call('ZCARD', all), hope }
