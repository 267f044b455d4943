/** Before one meets strangers: the rules, once, then whom one wants to meet and how one looks. */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { App } from "../app";
import { MODERATION } from "../place";
import { LANGUAGES, nameOfLanguage, REGIONS } from "../wish";
import { Field, FormError } from "./Field";
import { Mirror } from "./Mirror";
import { Select } from "./Select";
import { TopBar } from "./TopBar";
import { Trouble } from "./Trouble";
import type { ViewProps } from "./ViewProps";

export function StrangersView({ state, app }: ViewProps): JSX.Element {
  return (
    <div class="start">
      <TopBar session={state.session} app={app} />
      {state.consented ? <WishForm state={state} app={app} /> : <Rules app={app} />}
    </div>
  );
}

function Rules({ app }: { app: App }): JSX.Element {
  const [isAdult, setAdult] = useState(false);
  const accept = (event: Event): void => {
    event.preventDefault();
    app.consent();
  };
  return (
    <main class="start-main">
      <h1 tabIndex={-1} data-focus>
        Meet someone
      </h1>
      <p class="lead">A video chat with someone you do not know.</p>
      <form class="card rules" onSubmit={accept} data-testid="rules">
        <ul>
          <li>This is for adults only. You must be 18 or older.</li>
          <li>Be kind. No nudity, no hatred, no threats, no advertising.</li>
          <li>
            You can go on, block or report at any moment. Moderators read reports and shut out whoever
            breaks these rules.
          </li>
          <li>
            Sound, picture and messages are not stored. Sound and picture go directly from browser to
            browser, so the other side may learn your IP address.
          </li>
          <li>
            The server stores that your device and another one met, when and from which IP addresses,
            whom you block, and what you report.
          </li>
        </ul>
        <label class="check">
          <input
            type="checkbox"
            data-testid="rules-adult"
            required
            checked={isAdult}
            onChange={(event) => setAdult(event.currentTarget.checked)}
          />
          I am 18 or older and accept this
        </label>
        <div class="ended-actions">
          <button type="submit" class="primary" data-testid="rules-accept">
            Go on
          </button>
          <button type="button" class="secondary" data-testid="rules-back" onClick={() => app.leave()}>
            Back
          </button>
        </div>
      </form>
    </main>
  );
}

function WishForm({ state, app }: ViewProps): JSX.Element {
  const { wish, local, busy } = state;
  const enter = (event: Event): void => {
    event.preventDefault();
    void app.enterRoom();
  };
  return (
    <main class="lobby" data-testid="strangers">
      <Mirror name={wish.name} seed="" state={state} app={app} />
      <form class="card lobby-side" onSubmit={enter}>
        <h1 tabIndex={-1} data-focus>
          Meet someone
        </h1>
        <Select
          id="wish-language"
          label="Language"
          value={wish.language}
          onValue={(language) => app.setWish({ language })}
          options={LANGUAGES.map((code) => [code, nameOfLanguage(code)] as const)}
        />
        <Select
          id="wish-region"
          label="From"
          value={wish.region}
          onValue={(region) => app.setWish({ region })}
          options={REGIONS}
        />
        <Field
          id="wish-interests"
          label="Interests"
          hint="With commas between them. Those who share some meet first."
          value={wish.interests}
          onValue={(interests) => app.setWish({ interests })}
          required={false}
          maxLength={300}
        />
        <Field
          id="wish-name"
          label="Your name"
          hint="The other one sees it. You may leave it empty."
          value={wish.name}
          onValue={(name) => app.setWish({ name })}
          required={false}
          maxLength={50}
        />
        <Trouble local={local} />
        <FormError id="strangers-error" text={state.formError} />
        <button type="submit" class="primary wide" data-testid="meet" disabled={busy}>
          {busy ? "One moment…" : "Find someone"}
        </button>
        <p class="links">
          <button type="button" class="link" data-testid="strangers-back" onClick={() => app.leave()}>
            Back
          </button>
          <button
            type="button"
            class="link"
            data-testid="to-moderation"
            onClick={() => app.goTo(MODERATION)}
          >
            For moderators
          </button>
        </p>
      </form>
    </main>
  );
}
