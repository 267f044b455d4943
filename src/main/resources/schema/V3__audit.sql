CREATE TYPE audit_action AS ENUM (
  'room_created', 'room_closed', 'user_joined', 'user_left', 'user_kicked', 'user_muted',
  'all_muted', 'role_changed', 'producer_created', 'producer_closed', 'consumer_created',
  'hand_raise_toggled', 'settings_updated'
);

CREATE TABLE audit_logs (
  id          uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  action      audit_action NOT NULL,
  "userId"    uuid REFERENCES users (id),
  "roomId"    uuid,
  metadata    jsonb,
  "ipAddress" inet,
  "createdAt" timestamptz NOT NULL DEFAULT now()
);

CREATE INDEX "audit_logs_userId" ON audit_logs ("userId");
CREATE INDEX "audit_logs_roomId" ON audit_logs ("roomId");
