ALTER TYPE audit_action ADD VALUE 'report_claimed';
ALTER TYPE audit_action ADD VALUE 'report_accepted';
ALTER TYPE audit_action ADD VALUE 'report_rejected';
ALTER TYPE audit_action ADD VALUE 'ban_created';
ALTER TYPE audit_action ADD VALUE 'ban_lifted';
ALTER TYPE audit_action ADD VALUE 'abuse_detected';

CREATE INDEX "audit_logs_action" ON audit_logs (action, "createdAt");

CREATE TYPE report_reason AS ENUM (
  'harassment', 'inappropriate_content', 'spam', 'nudity', 'violence', 'other'
);
CREATE TYPE report_status AS ENUM ('pending', 'accepted', 'rejected');

-- What a device says of one it has met. The address is the one the reported had then.
CREATE TABLE reports (
  id                uuid PRIMARY KEY,
  "reporterId"      varchar(128) NOT NULL,
  "reportedId"      varchar(128) NOT NULL,
  "reportedAddress" inet,
  "sessionId"       uuid NOT NULL,
  reason            report_reason NOT NULL,
  comment           varchar(1000),
  evidence          varchar(500),
  status            report_status NOT NULL DEFAULT 'pending',
  "createdAt"       timestamptz NOT NULL DEFAULT now(),
  "claimedBy"       varchar(128),
  "claimedUntil"    timestamptz,
  "moderatorId"     varchar(128),
  "moderatedAt"     timestamptz,
  UNIQUE ("reporterId", "sessionId")
);

CREATE INDEX "reports_createdAt" ON reports ("createdAt");
CREATE INDEX "reports_pending" ON reports ("createdAt") WHERE status = 'pending';

CREATE TYPE ban_kind AS ENUM ('device', 'ip');

-- Who is shut out: at most one row that is not lifted for each device or address.
CREATE TABLE bans (
  id          uuid PRIMARY KEY,
  kind        ban_kind NOT NULL,
  value       varchar(128) NOT NULL,
  reason      varchar(500) NOT NULL,
  "reportId"  uuid,
  "createdBy" varchar(128),
  "createdAt" timestamptz NOT NULL DEFAULT now(),
  "expiresAt" timestamptz,
  "liftedBy"  varchar(128),
  "liftedAt"  timestamptz
);

CREATE UNIQUE INDEX "bans_value" ON bans (kind, value) WHERE "liftedAt" IS NULL;
CREATE INDEX "bans_createdAt" ON bans ("createdAt");

-- Whom a device does not want to meet again.
CREATE TABLE personal_blocks (
  id          uuid NOT NULL DEFAULT gen_random_uuid(),
  "deviceId"  varchar(128) NOT NULL,
  "blockedId" varchar(128) NOT NULL,
  reason      varchar(500),
  "sessionId" varchar(100),
  "createdAt" timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY ("deviceId", "blockedId")
);
