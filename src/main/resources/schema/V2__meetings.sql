CREATE TYPE meeting_status AS ENUM ('waiting', 'active', 'closed');

CREATE TABLE meetings (
  id                 uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  title              varchar(255) NOT NULL,
  "roomCode"         varchar(20) NOT NULL UNIQUE,
  "hostId"           uuid NOT NULL REFERENCES users (id),
  status             meeting_status NOT NULL DEFAULT 'waiting',
  "maxParticipants"  int NOT NULL DEFAULT 100,
  "startedAt"        timestamptz,
  "endedAt"          timestamptz,
  "peakParticipants" int NOT NULL DEFAULT 0,
  "createdAt"        timestamptz NOT NULL DEFAULT now(),
  "updatedAt"        timestamptz NOT NULL DEFAULT now()
);

CREATE INDEX "meetings_hostId" ON meetings ("hostId");
