CREATE TYPE mesh_meeting_status AS ENUM ('scheduled', 'waiting', 'active', 'completed');

CREATE TABLE mesh_meetings (
  "roomId"           varchar(10) PRIMARY KEY,
  title              varchar(200) NOT NULL,
  description        varchar(1000) NOT NULL DEFAULT '',
  "hostId"           varchar(128) NOT NULL,
  "hostName"         varchar(100) NOT NULL DEFAULT '',
  "hostProven"       boolean NOT NULL DEFAULT false,
  status             mesh_meeting_status NOT NULL DEFAULT 'waiting',
  "scheduledAt"      timestamptz,
  settings           jsonb NOT NULL,
  "peakParticipants" int NOT NULL DEFAULT 0,
  "createdAt"        timestamptz NOT NULL DEFAULT now(),
  "startedAt"        timestamptz,
  "endedAt"          timestamptz,
  "updatedAt"        timestamptz NOT NULL DEFAULT now()
);

CREATE INDEX "mesh_meetings_hostId" ON mesh_meetings ("hostId", "createdAt");

-- Who has ever been in a meeting, once each.
CREATE TABLE mesh_participants (
  "roomId"   varchar(10) NOT NULL REFERENCES mesh_meetings ("roomId") ON DELETE CASCADE,
  "userId"   varchar(150) NOT NULL,
  "userName" varchar(100) NOT NULL,
  "joinedAt" timestamptz NOT NULL DEFAULT now(),
  "leftAt"   timestamptz,
  PRIMARY KEY ("roomId", "userId")
);

CREATE INDEX "mesh_participants_userId" ON mesh_participants ("userId");
