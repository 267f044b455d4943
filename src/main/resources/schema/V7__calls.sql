CREATE TYPE call_provider AS ENUM ('daily', 'parley');
CREATE TYPE call_kind AS ENUM ('default', 'broadcast');

-- Video calls of a chat app, and which of them go on. Of one room at most one call has not ended.
-- Targets are what the chat backend calls those who are told of start and end, in their order.
CREATE TABLE calls (
  id             uuid PRIMARY KEY,
  "roomName"     varchar(64) NOT NULL,
  "messageId"    numeric(20) NOT NULL,
  -- Null for a room that is of no chat.
  chat           varchar(300),
  provider       call_provider NOT NULL,
  kind           call_kind NOT NULL,
  "startedBy"    varchar(128) NOT NULL,
  username       varchar(200) NOT NULL,
  "displayName"  varchar(200) NOT NULL,
  "avatarId"     numeric(39),
  "maxDurationMs" bigint NOT NULL,
  "startTargets" text[] NOT NULL,
  "endTargets"   text[] NOT NULL,
  "requestedAt"  timestamptz NOT NULL,
  -- Since when the chat backend is being told that it has started; others may join from then on.
  "announcedAt"  timestamptz,
  -- Until when somebody is opening the room.
  "openingUntil" timestamptz,
  -- When somebody was first known to be in the room.
  "confirmedAt"  timestamptz,
  -- Somebody is known to have been in the room at this time or later.
  "seenAt"       timestamptz,
  -- When it was last asked who is in it, and somebody was, as of then or a while before.
  "foundAt"      timestamptz,
  -- Since when nobody is found in it.
  "missedAt"     timestamptz,
  "endedAt"      timestamptz,
  "endReason"    varchar(32)
);

CREATE UNIQUE INDEX "calls_live" ON calls ("roomName") WHERE "endedAt" IS NULL;
CREATE INDEX "calls_requestedAt" ON calls ("requestedAt");
CREATE INDEX "calls_endedAt" ON calls ("endedAt");

CREATE TYPE delivery_kind AS ENUM ('start', 'end', 'delete_room');
-- dropped: not needed any more; dead: refused, or not to be delivered in time.
CREATE TYPE delivery_state AS ENUM ('pending', 'done', 'dropped', 'dead');

-- What others are to be told, or to do, for a call: each row is tried until it is done or expires.
CREATE TABLE call_deliveries (
  id              uuid PRIMARY KEY,
  "callId"        uuid NOT NULL REFERENCES calls (id) ON DELETE CASCADE,
  kind            delivery_kind NOT NULL,
  target          varchar(300) NOT NULL,
  state           delivery_state NOT NULL DEFAULT 'pending',
  "createdAt"     timestamptz NOT NULL,
  "expiresAt"     timestamptz NOT NULL,
  "nextAt"        timestamptz NOT NULL,
  attempts        integer NOT NULL DEFAULT 0,
  "claimedUntil"  timestamptz,
  -- Until when the request that was made first can still be carried out, where that is limited.
  "requestExpiry" bigint,
  "lastError"     varchar(300),
  "doneAt"        timestamptz,
  UNIQUE ("callId", kind, target)
);

CREATE INDEX "call_deliveries_due" ON call_deliveries ("nextAt") WHERE state = 'pending';
CREATE INDEX "call_deliveries_state" ON call_deliveries (state, "createdAt");

-- Who looks after the presence of all calls: whoever has renewed it last. The epoch grows with each
-- holder, and a holder of an older one changes nothing any more.
CREATE TABLE presence_lease (
  one    boolean PRIMARY KEY DEFAULT true CHECK (one),
  holder varchar(64) NOT NULL,
  epoch  bigint NOT NULL,
  "until" timestamptz NOT NULL
);
