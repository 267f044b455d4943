-- Who met whom by chance. Kept so that one can report a peer, and only a peer.
CREATE TABLE match_sessions (
  id          uuid PRIMARY KEY,
  "deviceA"   varchar(128) NOT NULL,
  "deviceB"   varchar(128) NOT NULL,
  "addressA"  inet,
  "addressB"  inet,
  region      varchar(50) NOT NULL,
  language    varchar(10) NOT NULL,
  "startedAt" timestamptz NOT NULL DEFAULT now(),
  "endedAt"   timestamptz,
  "endReason" varchar(20)
);

CREATE INDEX "match_sessions_deviceA" ON match_sessions ("deviceA", "startedAt");
CREATE INDEX "match_sessions_deviceB" ON match_sessions ("deviceB", "startedAt");
