-- One participant acts upon another, or upon all.
-- ARGV: 1 key, 2 socket id, 3 action (kick | mute | mute-all | role), 4 target key,
--       5 new role, 6 '1' when co-hosts may moderate, 7 ttl seconds
-- ok: version, nodes, participants concerned
local action, target_id = ARGV[3], ARGV[4]
if redis.call('EXISTS', KEYS[1]) == 0 then
  return fail('NOT_FOUND', '%s not found')
end
local p = actor(ARGV[1], ARGV[2])
if not p then
  return fail('FORBIDDEN', 'Not a participant in this room')
end
if action == 'role' or ARGV[6] ~= '1' then
  if p.role ~= 'host' then
    return fail('FORBIDDEN', 'Only the host can perform this action')
  end
elseif p.role ~= 'host' and p.role ~= 'co_host' then
  return fail('FORBIDDEN', 'Only hosts or co-hosts can perform this action')
end
if action == 'role' and ARGV[5] == 'host' then
  return fail('INVALID', 'Cannot assign host role')
end

local concerned = {}
local all = nodes()
if action == 'mute-all' then
  for _, text in ipairs(redis.call('HVALS', KEYS[2])) do
    local other = cjson.decode(text)
    if other.role ~= 'host' then
      other.isMuted = true
      store(other)
      table.insert(concerned, encode(other))
    end
  end
  return { 'ok', bump(ARGV[7]), all, concerned }
end

local target = participant(target_id)
if not target then
  return fail('NOT_FOUND', 'User not found in room')
end
if target.role == 'host' then
  if action == 'kick' then
    return fail('FORBIDDEN', 'Cannot kick the host')
  elseif action == 'mute' then
    return fail('FORBIDDEN', 'Cannot mute the host')
  end
  return fail('INVALID', 'Cannot change the role of the host')
end
if action == 'kick' and target_id == ARGV[1] then
  return fail('INVALID', 'Cannot kick yourself')
end
if action == 'kick' then
  table.insert(concerned, encode(target))
  remove(target)
  -- who was let in once has to ask again
  redis.call('SREM', KEYS[6], '1:' .. target_id, ':' .. target_id)
else
  if action == 'mute' then
    target.isMuted = true
  else
    target.role = ARGV[5]
  end
  store(target)
  table.insert(concerned, encode(target))
end
return { 'ok', bump(ARGV[7]), all, concerned }
