-- The queue of those who want to meet a stranger. All its keys share one slot: KEYS[1] is its prefix, the
-- others are made from it. Of each device that waits there is a hash 'at:<device>': json, since, socket, wish,
-- everywhere and regional (its shelves), language.
local function key(name)
  return KEYS[1] .. name
end

local function shelve(device, since, everywhere, regional, language)
  redis.call('ZADD', key('all'), since, device)
  redis.call('ZADD', key('on:' .. everywhere), since, device)
  redis.call('ZADD', key('on:' .. regional), since, device)
  redis.call('ZADD', key('language:' .. language), since, device)
end

local function unshelve(device)
  local at = redis.call('HMGET', key('at:' .. device), 'everywhere', 'regional', 'language')
  if not at[1] then
    return
  end
  redis.call('ZREM', key('all'), device)
  redis.call('ZREM', key('due'), device)
  redis.call('ZREM', key('on:' .. at[1]), device)
  redis.call('ZREM', key('on:' .. at[2]), device)
  redis.call('ZREM', key('language:' .. at[3]), device)
end

local function remove(device)
  unshelve(device)
  redis.call('DEL', key('at:' .. device))
end

local function enter(device, json, since, socket, wish, everywhere, regional, language, due)
  redis.call(
    'HSET', key('at:' .. device), 'json', json, 'since', since, 'socket', socket, 'wish', wish,
    'everywhere', everywhere, 'regional', regional, 'language', language
  )
  shelve(device, since, everywhere, regional, language)
  redis.call('ZADD', key('due'), due, device)
end
