/** Log in or create an account. */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { Brand } from "./Brand";
import { Field, FormError } from "./Field";
import type { ViewProps } from "./ViewProps";
import { MeetingsButton, QuickRoomButton, StrangersButton } from "./WithoutAccount";

export function AuthView({ state, app }: ViewProps): JSX.Element {
  const [mode, setMode] = useState<"login" | "register">("login");
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const [displayName, setDisplayName] = useState("");
  const [stay, setStay] = useState(false);
  const [asked, setAsked] = useState<"account" | "quick">("account");
  const isNew = mode === "register";
  const error = asked === "account" ? state.formError : null;

  const submit = (event: Event): void => {
    event.preventDefault();
    setAsked("account");
    void (isNew
      ? app.register({ email: email.trim(), password, displayName: displayName.trim() }, stay)
      : app.logIn(email.trim(), password, stay));
  };
  const turn = (next: "login" | "register"): void => {
    app.clearFormError();
    setMode(next);
  };

  return (
    <main class="split">
      <section class="pitch" aria-label="About">
        <Brand />
        <p class="pitch-line">Video calls on your own server.</p>
        <p class="pitch-more">Open a room, share its link, talk. Nothing to install.</p>
        <div class="pitch-art" aria-hidden="true">
          <span />
          <span />
          <span />
          <span />
        </div>
      </section>
      <section class="card auth">
        <h1>{isNew ? "Create your account" : "Log in"}</h1>
        {state.place !== null && state.place.id !== "" && (
          <p class="hint" data-testid="auth-room">
            You are on the way to {state.place.kind === "meeting" ? "meeting" : "room"}{" "}
            <strong>{state.place.id}</strong>.
          </p>
        )}
        <form onSubmit={submit} data-testid="auth-form" data-mode={mode}>
          {isNew && (
            <Field
              id="auth-name"
              label="Your name"
              hint="This is what others see in a call."
              value={displayName}
              onValue={setDisplayName}
              autocomplete="name"
              maxLength={100}
            />
          )}
          <Field
            id="auth-email"
            label="E-mail"
            type="email"
            value={email}
            onValue={setEmail}
            autocomplete="email"
            maxLength={254}
            focus
          />
          <Field
            id="auth-password"
            label="Password"
            type="password"
            value={password}
            onValue={setPassword}
            autocomplete={isNew ? "new-password" : "current-password"}
            maxLength={128}
            {...(isNew ? { hint: "At least 8 characters.", minLength: 8 } : {})}
            error={error !== null}
            errorId="auth-error"
          />
          <label class="check">
            <input
              type="checkbox"
              data-testid="auth-stay"
              checked={stay}
              onChange={(event) => setStay(event.currentTarget.checked)}
            />
            Stay signed in on this device
          </label>
          <FormError id="auth-error" text={error} />
          <button class="primary wide" type="submit" data-testid="auth-submit" disabled={state.busy}>
            {state.busy ? "One moment…" : isNew ? "Create account" : "Log in"}
          </button>
        </form>
        <p class="switch">
          {isNew ? "Already have an account?" : "New here?"}{" "}
          <button
            type="button"
            class="link"
            data-testid={isNew ? "auth-to-login" : "auth-to-register"}
            onClick={() => turn(isNew ? "login" : "register")}
          >
            {isNew ? "Log in" : "Create an account"}
          </button>
        </p>
        <div class="without-account">
          <h2>Without an account</h2>
          <FormError id="quick-error" text={asked === "quick" ? state.formError : null} />
          <QuickRoomButton state={state} app={app} onUse={() => setAsked("quick")} />
          <MeetingsButton state={state} app={app} />
          <StrangersButton state={state} app={app} />
        </div>
      </section>
    </main>
  );
}
