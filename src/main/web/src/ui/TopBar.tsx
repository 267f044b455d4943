/** The line above all screens but the call: who is signed in. */
import type { JSX } from "preact";
import type { App } from "../app";
import type { Session } from "../session";
import { Brand } from "./Brand";

export function TopBar({ session, app }: { session: Session | null; app: App }): JSX.Element {
  return (
    <header class="topbar">
      <Brand />
      <span class="topbar-user" data-testid="user-name">
        {session?.displayName}
      </span>
      {session?.pass ? null : session === null ? (
        <button type="button" class="link" data-testid="to-login" onClick={() => app.toLogIn()}>
          Log in
        </button>
      ) : (
        <button type="button" class="link" data-testid="logout" onClick={() => app.logOut()}>
          Log out
        </button>
      )}
    </header>
  );
}
