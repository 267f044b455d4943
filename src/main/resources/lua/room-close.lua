-- ARGV: 1 key of the participant who closes it, 2 his socket id,
--       or 1 user id of the host, 2 '' when he does so from without, 3 what one who may not is told,
--       4 '1' when it is proven who he is
-- ok: version, nodes, room code, media node or '', name of a room for passes or '', '1' when somebody was in it
local room = redis.call('HMGET', KEYS[1], 'hostUserId', 'hostProven', 'roomCode', 'mediaNode', 'passName')
if redis.call('EXISTS', KEYS[1]) == 0 then
  return fail('NOT_FOUND', '%s not found')
end
if ARGV[2] == '' then
  if room[1] ~= ARGV[1] or (room[2] == '1' and ARGV[4] ~= '1') then
    return fail('FORBIDDEN', ARGV[3])
  end
else
  local p = actor(ARGV[1], ARGV[2])
  if not p then
    return fail('FORBIDDEN', 'Not a participant in this room')
  end
  if p.role ~= 'host' then
    return fail('FORBIDDEN', ARGV[3])
  end
end
local all = nodes()
local occupied = redis.call('HLEN', KEYS[2]) > 0 and '1' or ''
local version = redis.call('HINCRBY', KEYS[1], 'version', 1)
erase()
return { 'ok', version, all, room[3] or '', room[4] or '', room[5] or '', occupied }
