-- ARGV: 1 made before, ms since 1970, 2 how many. Returns pairs
local ids = redis.call('ZRANGE', key('unconfirmed'), '-inf', ARGV[1], 'BYSCORE', 'LIMIT', 0, ARGV[2])
local pairs_ = {}
for _, id in ipairs(ids) do
  local pair = redis.call('HGET', key('pairs'), id)
  if pair then
    pairs_[#pairs_ + 1] = pair
  else
    redis.call('ZREM', key('unconfirmed'), id)
  end
end
return pairs_
