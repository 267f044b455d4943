/** Open a new room or go to one by code or link. */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { Field, FormError } from "./Field";
import { TopBar } from "./TopBar";
import type { ViewProps } from "./ViewProps";
import { MeetingsButton, QuickRoomButton, StrangersButton } from "./WithoutAccount";

type Form = "create" | "join" | "quick";

export function StartView({ state, app }: ViewProps): JSX.Element {
  const [title, setTitle] = useState("");
  const [code, setCode] = useState("");
  const [asked, setAsked] = useState<Form>("create");
  const name = state.session?.displayName ?? "";

  const create = (event: Event): void => {
    event.preventDefault();
    setAsked("create");
    void app.createRoom(title.trim() || `${name}'s room`);
  };
  const join = (event: Event): void => {
    event.preventDefault();
    setAsked("join");
    app.chooseRoom(code);
  };
  const errorOf = (form: Form): string | null => (asked === form ? state.formError : null);

  return (
    <div class="start">
      <TopBar session={state.session} app={app} />
      <main class="start-main">
        <h1 tabIndex={-1} data-focus>
          Hello, {name}
        </h1>
        <p class="lead">Start a conversation, or step into one.</p>
        <div class="start-cards">
          <form class="card" onSubmit={create} data-testid="create-form">
            <h2>New room</h2>
            <Field
              id="create-title"
              label="What is it about?"
              value={title}
              onValue={setTitle}
              placeholder={`${name}'s room`}
              required={false}
              maxLength={255}
            />
            <FormError id="create-error" text={errorOf("create")} />
            <button class="primary wide" type="submit" data-testid="create-submit" disabled={state.busy}>
              {state.busy ? "Opening…" : "Open a room"}
            </button>
          </form>
          <form class="card" onSubmit={join} data-testid="join-form">
            <h2>Join a room</h2>
            <Field
              id="join-code"
              label="Code or link"
              value={code}
              onValue={(value) => {
                app.clearFormError();
                setCode(value);
              }}
              placeholder="ABCD-EFGH-JKLM"
              error={errorOf("join") !== null}
              errorId="join-error"
            />
            <FormError id="join-error" text={errorOf("join")} />
            <button class="secondary wide" type="submit" data-testid="join-submit" disabled={state.busy}>
              Continue
            </button>
          </form>
          <section class="card">
            <h2>Quick room</h2>
            <p class="hint">A link, and whoever has it is in. Nobody needs an account.</p>
            <FormError id="quick-error" text={errorOf("quick")} />
            <QuickRoomButton state={state} app={app} onUse={() => setAsked("quick")} />
          </section>
          <section class="card">
            <h2>Meetings</h2>
            <p class="hint">Scheduled or at once, with a waiting room and a chat.</p>
            <MeetingsButton state={state} app={app} />
          </section>
          <section class="card">
            <h2>Meet someone</h2>
            <p class="hint">A video chat with a stranger, one after the other. For adults.</p>
            <StrangersButton state={state} app={app} />
          </section>
        </div>
      </main>
    </div>
  );
}
