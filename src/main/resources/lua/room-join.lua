-- ARGV: 1 participant, 2 media node to pin the room to when it has none, 3 ttl seconds, 4 kind of room,
--       5 domain of the e-mail address or '', 6 '1' when it is proven who he is,
--       7 participants from which on the room uses the SFU, or '',
--       8 what his pass for the room says: guest, owner, or '' when he has none
-- ok: version, nodes, 'joined', previous participant or '', '1' when the room became active,
--     room, participants, producers, pending, media node it was on while nobody was in it or ''
-- or: version, nodes, 'waiting', request, when a host has to let him in
local function has_host()
  for _, other in ipairs(redis.call('HVALS', KEYS[2])) do
    if cjson.decode(other).role == 'host' then
      return true
    end
  end
  return false
end

local p = cjson.decode(ARGV[1])
local room = redis.call(
  'HMGET', KEYS[1], 'status', 'hostUserId', 'maxParticipants', 'mediaNode', 'kind', 'requireApproval',
  'allowedDomains', 'hostProven', 'passName'
)
if not room[1] or room[5] ~= ARGV[4] then
  return fail('NOT_FOUND', '%s not found')
end
if room[1] == 'closed' then
  return fail('ROOM_CLOSED', '%s is closed')
end
if room[9] and ARGV[8] == '' then
  return fail('FORBIDDEN', '%s is for holders of a pass')
end
local is_host = room[2] == p.userId
if is_host and room[8] == '1' and ARGV[6] ~= '1' then
  return fail('UNAUTHENTICATED', 'Authentication required')
end
local previous = redis.call('HGET', KEYS[2], p.key)
if not previous and not is_host then
  if redis.call('HLEN', KEYS[2]) >= tonumber(room[3]) then
    return fail('ROOM_FULL', '%s is full')
  end
  -- whoever a host has let in was of an allowed domain then
  local approved = redis.call('SISMEMBER', KEYS[6], ARGV[6] .. ':' .. p.key) == 1
  local allowed = approved
  local domains = cjson.decode(room[7] or '[]')
  for _, domain in ipairs(domains) do
    allowed = allowed or domain == ARGV[5]
  end
  if #domains > 0 and not allowed then
    return fail('DOMAIN_NOT_ALLOWED', 'Email domain not allowed')
  end
  if room[6] == '1' and not approved then
    local waiting = redis.call('HGET', KEYS[5], p.key)
    local before = waiting and cjson.decode(waiting)
    if before and before.isProven and ARGV[6] ~= '1' then
      return fail('UNAUTHENTICATED', 'Authentication required')
    end
    local request = cjson.encode({
      userId = p.key, isProven = ARGV[6] == '1', displayName = p.displayName, picture = p.picture,
      isMuted = p.isMuted, isVideoOff = p.isVideoOff, socketId = p.socketId, requestedAt = p.joinedAt,
      node = p.node, standby = p.standby,
    })
    redis.call('HSET', KEYS[5], p.key, request)
    count(p, 1)
    local told = nodes()
    if before then
      count(before, -1)
    end
    return { 'ok', bump(ARGV[3]), told, 'waiting', request }
  end
end
if previous then
  local old = cjson.decode(previous)
  if old.isProven and ARGV[6] ~= '1' then
    return fail('UNAUTHENTICATED', 'Authentication required')
  end
  p.joinedAt = old.joinedAt
  if old.socketId == p.socketId then
    p.isScreenSharing, p.handRaised = old.isScreenSharing, old.handRaised
  end
  remove(old)
end
local was_empty = not previous and redis.call('HLEN', KEYS[2]) == 0
p.role = is_host and 'host' or 'participant'
if ARGV[8] == 'owner' and not is_host then
  -- a room for passes is nobody's: its host is the first owner who finds none
  p.role = room[9] and not has_host() and 'host' or 'co_host'
end
p.isProven = ARGV[6] == '1'
count(p, 1)
store(p)
redis.call('HDEL', KEYS[1], 'emptyAt', 'emptyUntil')
local activated = ''
if (is_host or ARGV[4] ~= 'conference') and room[1] ~= 'active' then
  redis.call('HSET', KEYS[1], 'status', 'active')
  redis.call('HSETNX', KEYS[1], 'startedAt', p.joinedAt)
  activated = '1'
end
local former = ''
if (not room[4] or room[4] == '' or was_empty) and ARGV[2] ~= '' then
  redis.call('HSET', KEYS[1], 'mediaNode', ARGV[2])
  if room[4] and room[4] ~= ARGV[2] then
    former = room[4]
  end
end
if ARGV[7] ~= '' and redis.call('HLEN', KEYS[2]) >= tonumber(ARGV[7]) then
  redis.call('HSET', KEYS[1], 'sfu', '1')
end
local version = bump(ARGV[3])
return {
  'ok', version, nodes(), 'joined', previous or '', activated,
  redis.call('HGETALL', KEYS[1]), redis.call('HVALS', KEYS[2]), redis.call('HVALS', KEYS[3]),
  redis.call('HVALS', KEYS[5]), former,
}
