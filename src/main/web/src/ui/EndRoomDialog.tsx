import type { JSX } from "preact";
import type { App } from "../app";
import { Dialog } from "./Dialog";

/** Asks before a room is closed for everyone. */
export function EndRoomDialog({ app }: { app: App }): JSX.Element {
  return (
    <Dialog title="End the room for everyone?" testid="end-dialog" onClose={() => app.showDialog(null)}>
      <p>All participants leave, and the room cannot be joined again.</p>
      <div class="dialog-actions">
        <button type="button" class="secondary" onClick={() => app.showDialog(null)}>
          Keep it open
        </button>
        <button type="button" class="danger" data-testid="end-confirm" onClick={() => app.closeRoom()}>
          End for everyone
        </button>
      </div>
    </Dialog>
  );
}
