-- Ends a room that has been empty for long enough. ARGV: 1 now, 2 how long, both in ms
-- ok: version, nodes, when it was left by the last one, media node or ''
local room = redis.call('HMGET', KEYS[1], 'version', 'emptyAt', 'mediaNode')
if not room[1] then
  return fail('NOT_FOUND', '%s not found')
end
if not room[2] or redis.call('HLEN', KEYS[2]) > 0 or tonumber(ARGV[1]) - tonumber(room[2]) < tonumber(ARGV[2]) then
  return { 'none' }
end
local all = nodes()
local version = redis.call('HINCRBY', KEYS[1], 'version', 1)
erase()
return { 'ok', version, all, room[2], room[3] or '' }
