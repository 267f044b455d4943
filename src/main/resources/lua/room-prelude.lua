-- Shared first part of all room scripts.
-- KEYS: 1 room, 2 participants, 3 producers, 4 nodes, 5 pending, 6 approved (all with the room's hash tag)
-- Answers: {'fail', code, message} | {'none'} | {'ok', version, nodes, ...}
-- In messages, %s stands for what clients call a room of the kind.
local function fail(code, message)
  return { 'fail', code, message }
end

local function encode(participant)
  -- cjson writes an empty list as an object
  return (cjson.encode(participant):gsub('"producerIds":{}', '"producerIds":[]'))
end

local function participant(key)
  local text = redis.call('HGET', KEYS[2], key)
  return text and cjson.decode(text)
end

local function store(p)
  redis.call('HSET', KEYS[2], p.key, encode(p))
end

local function nodes()
  return redis.call('HKEYS', KEYS[4])
end

-- Counts a participant, or one who waits, at the node he is on and at the one that stands by for it.
local function count(p, by)
  for _, node in ipairs({ p.node, p.standby }) do
    if node ~= '' and redis.call('HINCRBY', KEYS[4], node, by) <= 0 then
      redis.call('HDEL', KEYS[4], node)
    end
  end
end

local function drop_producers(p)
  for _, id in ipairs(p.producerIds) do
    redis.call('HDEL', KEYS[3], id)
  end
  p.producerIds = {}
end

local function remove(p)
  drop_producers(p)
  redis.call('HDEL', KEYS[2], p.key)
  count(p, -1)
end

local function bump(ttl)
  for i = 1, 6 do
    redis.call('EXPIRE', KEYS[i], ttl)
  end
  return redis.call('HINCRBY', KEYS[1], 'version', 1)
end

local function erase()
  redis.call('DEL', KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5], KEYS[6])
end

-- The acting participant, or nil when he is not in the room by this very socket.
local function actor(key, socketId)
  local p = participant(key)
  if p and p.socketId == socketId then
    return p
  end
  return nil
end
