-- ARGV: 1 key, 2 socket id, 3 action (add | remove | pause | resume), 4 producer id,
--       5 producer (add only), 6 ttl seconds
-- ok: version, nodes, producer, participant
local p = actor(ARGV[1], ARGV[2])
if not p then
  return fail('FORBIDDEN', 'Not a participant in this room')
end
local action, id = ARGV[3], ARGV[4]
local text = redis.call('HGET', KEYS[3], id)
if action == 'add' then
  text = ARGV[5]
  redis.call('HSET', KEYS[3], id, text)
  table.insert(p.producerIds, id)
else
  if not text or cjson.decode(text).socketId ~= ARGV[2] then
    return { 'none' }
  end
  if action == 'remove' then
    redis.call('HDEL', KEYS[3], id)
    for i, known in ipairs(p.producerIds) do
      if known == id then
        table.remove(p.producerIds, i)
        break
      end
    end
  else
    local producer = cjson.decode(text)
    producer.paused = action == 'pause'
    text = cjson.encode(producer)
    redis.call('HSET', KEYS[3], id, text)
  end
end
-- the marks that others see follow the microphone and the camera
local producer = cjson.decode(text)
local off = action == 'remove' or producer.paused
if producer.label == 'audio' then
  p.isMuted = off
elseif producer.label == 'video' then
  p.isVideoOff = off
end
store(p)
return { 'ok', bump(ARGV[6]), nodes(), text, encode(p) }
