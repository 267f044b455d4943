-- Ends a room that has been empty for as long as it may. ARGV: 1 now, ms since 1970
-- ok: version, nodes, 'ended', when it was left by the last one, media node or ''
-- or: version, nodes, 'later', when it may be ended, or '' while somebody is in it or nobody has been
local room = redis.call('HMGET', KEYS[1], 'version', 'emptyAt', 'emptyUntil', 'mediaNode')
if not room[1] then
  return fail('NOT_FOUND', '%s not found')
end
local all = nodes()
if not room[3] or redis.call('HLEN', KEYS[2]) > 0 then
  return { 'ok', room[1], all, 'later', '' }
end
if tonumber(ARGV[1]) < tonumber(room[3]) then
  return { 'ok', room[1], all, 'later', room[3] }
end
local version = redis.call('HINCRBY', KEYS[1], 'version', 1)
erase()
return { 'ok', version, all, 'ended', room[2], room[4] or '' }
