/** Short messages that come and go; read out by screen readers. */
import type { JSX } from "preact";
import type { App } from "../app";
import type { Notice } from "../state";
import { Icon } from "./Icon";

export function Notices({ notices, app }: { notices: Notice[]; app: App }): JSX.Element {
  return (
    <div class="notices" role="log" aria-live="polite" aria-label="Messages">
      {notices.map((notice) => (
        <div
          key={notice.id}
          class={`notice notice-${notice.tone}`}
          role={notice.tone === "error" ? "alert" : undefined}
          data-testid="notice"
          data-code={notice.code}
        >
          <span>{notice.text}</span>
          <button
            type="button"
            class="notice-close"
            aria-label="Dismiss"
            onClick={() => app.dismiss(notice.id)}
          >
            <Icon name="close" />
          </button>
        </div>
      ))}
    </div>
  );
}
