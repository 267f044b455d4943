-- ARGV: 1 key, 2 socket id, 3 ttl seconds, 4 '1' when a host who leaves is followed by another,
--       5 node that says so: another one may own the socket by now,
--       6 until when the room stays though nobody is in it, ms since 1970, 'ever', '' for not at all, or 'end' when
--         it ends with him whoever else is in it,
--       7 now, ms since 1970. A room for passes stays for as long as it says itself
-- ok: version, nodes, participant who left, 'closed' when he was the last and the room is gone or
--     'empty' when it stays without him, room code, the new host or '' (his becoming so is the next
--     version), media node or '', name of a room for passes or ''
local p = actor(ARGV[1], ARGV[2])
if not p or p.node ~= ARGV[5] then
  return { 'none' }
end
local all = nodes()
local text = redis.call('HGET', KEYS[2], p.key)
remove(p)
local version = bump(ARGV[3])
local code = redis.call('HGET', KEYS[1], 'roomCode') or ''
local media_node = redis.call('HGET', KEYS[1], 'mediaNode') or ''
local pass = redis.call('HMGET', KEYS[1], 'passName', 'lifetimeMs')
local name = pass[1] or ''
local stays = ARGV[6]
if name ~= '' then
  stays = string.format('%.0f', ARGV[7] + pass[2])
end
if stays == 'end' or redis.call('HLEN', KEYS[2]) == 0 then
  if stays ~= '' and stays ~= 'end' then
    redis.call('HSET', KEYS[1], 'emptyAt', ARGV[7])
    if stays ~= 'ever' then
      redis.call('HSET', KEYS[1], 'emptyUntil', stays)
    end
    return { 'ok', version, all, text, 'empty', code, '', media_node, name }
  end
  erase()
  return { 'ok', version, all, text, 'closed', code, '', media_node, name }
end
if ARGV[4] ~= '1' or p.role ~= 'host' then
  return { 'ok', version, all, text, '', code, '', media_node, name }
end

-- co-hosts first, then by the time they joined
local function comes_before(a, b)
  if a.role ~= b.role then
    return a.role == 'co_host'
  end
  return a.joinedAt < b.joinedAt or (a.joinedAt == b.joinedAt and a.userId < b.userId)
end

local heir
for _, other in ipairs(redis.call('HVALS', KEYS[2])) do
  local candidate = cjson.decode(other)
  -- a pass alone says who may moderate
  local may = name == '' or candidate.role == 'co_host'
  if may and (not heir or comes_before(candidate, heir)) then
    heir = candidate
  end
end
if not heir then
  return { 'ok', version, all, text, '', code, '', media_node, name }
end
heir.role = 'host'
store(heir)
if name == '' then
  redis.call('HSET', KEYS[1], 'hostUserId', heir.userId)
end
bump(ARGV[3])
return { 'ok', version, all, text, '', code, encode(heir), media_node, name }
