-- Ends somebody's waiting to be let in.
-- ARGV: 1 key of the host, 2 his socket id; or 1 user id of the host, 2 '' when he decides from without,
--       3 user id concerned, 4 decision (APPROVED | REJECTED | WITHDRAWN | TIMED_OUT),
--       5 socket id by which he must be waiting, or '', 6 ttl seconds, 7 '1' when it is proven who the host is
-- ok: version, nodes, request
local by_host = ARGV[4] == 'APPROVED' or ARGV[4] == 'REJECTED'
local room = redis.call('HMGET', KEYS[1], 'hostUserId', 'hostProven', 'version')
if not room[3] then
  return fail('NOT_FOUND', '%s not found')
end
if by_host then
  local may
  if ARGV[2] == '' then
    may = room[1] == ARGV[1] and (room[2] ~= '1' or ARGV[7] == '1')
  else
    local p = actor(ARGV[1], ARGV[2])
    may = p and p.role == 'host'
  end
  if not may then
    return fail('FORBIDDEN', 'Only the host can perform this action')
  end
end
local text = redis.call('HGET', KEYS[5], ARGV[3])
local request = text and cjson.decode(text)
if not request or (ARGV[5] ~= '' and request.socketId ~= ARGV[5]) then
  if by_host then
    return fail('NOT_FOUND', 'Join request not found')
  end
  return { 'none' }
end
local all = nodes()
redis.call('HDEL', KEYS[5], ARGV[3])
count(request, -1)
if ARGV[4] == 'APPROVED' then
  redis.call('SADD', KEYS[6], (request.isProven and '1' or '') .. ':' .. ARGV[3])
end
return { 'ok', bump(ARGV[6]), all, text }
