/** What one may do about a stranger: report and block in one step, block alone, go on. */
import type { JSX } from "preact";
import type { App } from "../app";
import { REASONS } from "../device";
import type { Call } from "../state";
import { Control } from "./Control";
import { Menu } from "./Menu";

export function StrangerControls({ call, app }: { call: Call; app: App }): JSX.Element {
  const isHere = call.search === null;
  return (
    <>
      {call.stranger !== null && (
        <Menu
          key={call.stranger.sessionId}
          testid="report"
          icon="flag"
          label={isHere ? "Report or block" : "Report the last one"}
          short="Report"
          title={isHere ? "Report and block for" : "Report and block the last one for"}
          isList
        >
          {(close) => (
            <>
              {REASONS.map(([reason, name]) => (
                <button
                  key={reason}
                  type="button"
                  class="menu-item"
                  data-testid="report-reason"
                  data-reason={reason}
                  onClick={() => {
                    close();
                    app.strangers?.shun(reason);
                  }}
                >
                  {name}
                </button>
              ))}
              <button
                type="button"
                class="menu-item apart"
                data-testid="block"
                onClick={() => {
                  close();
                  app.strangers?.shun(null);
                }}
              >
                Block without a report
              </button>
            </>
          )}
        </Menu>
      )}
      {isHere && (
        <Control
          testid="next"
          icon="next"
          label="Next"
          short="Next"
          on
          tone="active"
          onClick={() => app.strangers?.next()}
        />
      )}
    </>
  );
}
