/** Where moderators work: the door, and behind it one part at a time. */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { TABS, type Tab } from "../moderation";
import { Audit } from "./Audit";
import { Bans } from "./Bans";
import { Brand } from "./Brand";
import { Field, FormError } from "./Field";
import { FiguresPart } from "./Figures";
import { Queue, Reports } from "./Reports";
import type { ViewProps } from "./ViewProps";

export function ModerationView({ state, app }: ViewProps): JSX.Element {
  const { by } = state.moderation;
  return (
    <div class="start">
      <header class="topbar">
        <Brand />
        <span class="topbar-user" data-testid="moderator">
          {by === "token" && "By token"}
          {by === "device" && "As this browser's device"}
        </span>
        {by !== null && (
          <button
            type="button"
            class="link"
            data-testid="moderator-out"
            onClick={() => app.moderator.signOut()}
          >
            Sign out
          </button>
        )}
      </header>
      <main class="moderation" data-testid="moderation">
        <h1 tabIndex={-1} data-focus>
          Moderation
        </h1>
        {by === null ? <Door state={state} app={app} /> : <Parts state={state} app={app} />}
        <p>
          <button type="button" class="link" data-testid="moderation-back" onClick={() => app.leave()}>
            Back
          </button>
        </p>
      </main>
    </div>
  );
}

function Door({ state, app }: ViewProps): JSX.Element {
  const [token, setToken] = useState("");
  const submit = (event: Event): void => {
    event.preventDefault();
    void app.moderator.signInBy(token);
  };
  return (
    <form class="card moderation-door" onSubmit={submit}>
      <Field
        id="moderator-token"
        label="Moderator's token"
        hint="Kept until this window is closed."
        type="password"
        value={token}
        onValue={setToken}
      />
      <FormError id="moderation-trouble" text={state.moderation.trouble} />
      <button type="submit" class="primary wide" data-testid="moderator-in" disabled={state.busy}>
        {state.busy ? "One moment…" : "Sign in"}
      </button>
      <button
        type="button"
        class="secondary wide"
        data-testid="moderator-device"
        disabled={state.busy}
        onClick={() => void app.moderator.signInAsDevice()}
      >
        Use this browser's device
      </button>
    </form>
  );
}

const NAMES: Record<Tab, string> = {
  queue: "Queue",
  reports: "Reports",
  bans: "Bans",
  figures: "Statistics",
  audit: "Audit trail",
};

function Parts(props: ViewProps): JSX.Element {
  const { state, app } = props;
  const { tab, trouble } = state.moderation;
  return (
    <>
      <nav class="tabs" aria-label="Parts of moderation">
        {TABS.map((each) => (
          <button
            key={each}
            type="button"
            class="tab"
            data-testid={`tab-${each}`}
            aria-current={each === tab ? "page" : undefined}
            onClick={() => void app.moderator.show(each)}
          >
            {NAMES[each]}
          </button>
        ))}
      </nav>
      <FormError id="moderation-trouble" text={trouble} />
      <section class="moderation-part" aria-label={NAMES[tab]} aria-busy={state.busy}>
        <Part {...props} />
      </section>
    </>
  );
}

function Part(props: ViewProps): JSX.Element {
  switch (props.state.moderation.tab) {
    case "queue":
      return <Queue {...props} />;
    case "reports":
      return <Reports {...props} />;
    case "bans":
      return <Bans {...props} />;
    case "figures":
      return <FiguresPart {...props} />;
    case "audit":
      return <Audit {...props} />;
  }
}
